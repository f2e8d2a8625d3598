using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Data;

/// <summary>PostgreSQL names for every column: <c>CreatedAt</c> is <c>created_at</c>. Tables are named in their configurations.</summary>
public static partial class SnakeCase
{
    /// <summary>Names every column of the model.</summary>
    public static void Apply(ModelBuilder modelBuilder)
    {
        foreach (var property in modelBuilder.Model.GetEntityTypes().Where(e => !e.IsMappedToJson()).SelectMany(e => e.GetProperties()))
        {
            property.SetColumnName(Of(property.Name));
        }
    }

    /// <summary>The column of a property.</summary>
    public static string Of(string name) => WordStart().Replace(name, "_$0").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]|(?<=[A-Z])[A-Z](?=[a-z])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordStart();
}
