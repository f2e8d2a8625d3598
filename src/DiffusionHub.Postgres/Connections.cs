using System.Globalization;

namespace DiffusionHub.Postgres;

/// <summary>The connection strings of an embedded server's roles.</summary>
internal static class Connections
{
    /// <summary>The hub's database.</summary>
    public const string Database = "hub";

    /// <summary>For migrations, and for what only a superuser can do.</summary>
    public static string Owner(int port, string password, string database = Database) => Of(port, Cluster.Role, password, database);

    /// <summary>For web, workers and everything else.</summary>
    public static string Application(int port, string password) => Of(port, ApplicationRole.Name, password, Database);

    private static string Of(int port, string role, string password, string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username={role};Password={password};Database={database}");
}
