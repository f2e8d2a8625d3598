using Npgsql;

namespace DiffusionHub.Postgres;

/// <summary>
/// The role that web and workers connect as: no superuser, and owner of nothing, so that a statement that somebody smuggles in cannot
/// change the schema, read other roles' passwords or files, or rewrite what may only be added to.
/// </summary>
internal static class ApplicationRole
{
    /// <summary>Its name.</summary>
    public const string Name = "hub_application";

    /// <summary>Makes it, or makes it again what it should be: clusters of earlier versions have none, and password files get lost.</summary>
    /// <param name="owner">A connection of the superuser.</param>
    /// <param name="passwordFile">Gets a new password where it has none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its password.</returns>
    public static async Task<string> EnsureAsync(NpgsqlConnection owner, string passwordFile, CancellationToken cancellationToken)
    {
        // Whatever else the file holds is none of the hub's passwords, and must not get into a statement.
        var password = SecretFile.Read(passwordFile) is { } known && known.All(char.IsAsciiLetterOrDigit) ? known : SecretFile.Renew(passwordFile);
        await using var find = new NpgsqlCommand($"SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '{Name}')", owner);
        var verb = await find.ExecuteScalarAsync(cancellationToken) is true ? "ALTER" : "CREATE";
        // pg_read_all_stats: an open transaction of whichever role holds back events and dead rows, and the health page is to name it.
        await using var make = new NpgsqlCommand(
            $"""
            {verb} ROLE {Name} LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS PASSWORD '{password}';
            GRANT pg_read_all_stats TO {Name};
            REVOKE ALL ON DATABASE {Connections.Database}, postgres, template1 FROM PUBLIC;
            GRANT CONNECT ON DATABASE {Connections.Database} TO {Name};
            """,
            owner);
        await make.ExecuteNonQueryAsync(cancellationToken);
        return password;
    }
}
