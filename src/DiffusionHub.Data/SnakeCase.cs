using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Data;

/// <summary>PostgreSQL names for every column: <c>CreatedAt</c> is <c>created_at</c>. Tables are named in their configurations.</summary>
internal static partial class SnakeCase
{
    public static void Apply(ModelBuilder modelBuilder)
    {
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
        {
            property.SetColumnName(Of(property.Name));
        }
    }

    public static string Of(string name) => WordStart().Replace(name, "_$0").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordStart();
}
