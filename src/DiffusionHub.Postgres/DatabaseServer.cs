using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace DiffusionHub.Postgres;

/// <summary>Holds a given database server against what the hub needs.</summary>
public static class DatabaseServer
{
    /// <summary>The oldest major version that has every statement the hub uses.</summary>
    public const int OldestMajor = 15;

    /// <summary>Returns when the server can be used by both roles.</summary>
    /// <param name="application">As web and workers connect.</param>
    /// <param name="owner">As migrations connect; may be the same.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The application's login.</returns>
    /// <exception cref="EmbeddedPostgresException">As <see cref="CheckAsync(string, CancellationToken)"/>; or they lead to two databases.</exception>
    public static async Task<DatabaseLogin> CheckAsync(string application, string owner, CancellationToken cancellationToken)
    {
        var login = await CheckAsync(application, cancellationToken);
        if (owner != application && await CheckAsync(owner, cancellationToken) is var other && !login.IsBeside(other))
        {
            throw Failure(PostgresTexts.TwoDatabases, login.Database, other.Database);
        }

        return login;
    }

    /// <summary>Returns when the server can be used.</summary>
    /// <exception cref="EmbeddedPostgresException">No such server, no such login, or too old; the message never holds the password.</exception>
    public static async Task<DatabaseLogin> CheckAsync(string connectionString, CancellationToken cancellationToken)
    {
        var address = "";
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connectionString);
            address = string.Create(CultureInfo.InvariantCulture, $"{parts.Host}:{parts.Port}");
            parts.Pooling = false;
            await using var connection = new NpgsqlConnection(parts.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            if (connection.PostgreSqlVersion.Major < OldestMajor)
            {
                throw Failure(PostgresTexts.TooOld, address, connection.PostgreSqlVersion, OldestMajor);
            }

            return await AskAsync(connection, cancellationToken);
        }
        catch (ArgumentException error)
        {
            // Npgsql's message names the key that is wrong, not its value.
            throw Failure(PostgresTexts.BadConnectionString, error.Message);
        }
        catch (Exception error) when (error is NpgsqlException or SocketException or TimeoutException)
        {
            throw Failure(PostgresTexts.Unreachable, address, error is PostgresException refused ? refused.MessageText : error.InnerException?.Message ?? error.Message);
        }
    }

    private static async Task<DatabaseLogin> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT current_user::text, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user), current_database()::text, pg_postmaster_start_time()", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new DatabaseLogin(reader.GetString(0), reader.GetBoolean(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3));
    }

    private static EmbeddedPostgresException Failure(string text, params object[] values) =>
        new(string.Format(CultureInfo.InvariantCulture, text, values));
}
