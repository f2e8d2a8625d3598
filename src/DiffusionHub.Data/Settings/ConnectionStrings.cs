using Npgsql;

namespace DiffusionHub.Data.Settings;

/// <summary>What is done with a connection string besides connecting.</summary>
public static class ConnectionStrings
{
    /// <summary>Whether Npgsql can read it and it names a host.</summary>
    public static bool IsValid(string value)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(value).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The same with its password replaced by stars.</summary>
    public static string Masked(string value) => IsValid(value)
        ? new NpgsqlConnectionStringBuilder(value) is { Password.Length: > 0 } parts ? Mask(parts) : value
        : "***";

    private static string Mask(NpgsqlConnectionStringBuilder parts)
    {
        parts.Password = "***";
        return parts.ConnectionString;
    }
}
