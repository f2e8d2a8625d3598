using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace DiffusionHub.Postgres;

/// <summary>Holds a given database server against what the hub needs.</summary>
public static class DatabaseServer
{
    /// <summary>The oldest major version that has every statement the hub uses.</summary>
    public const int OldestMajor = 15;

    /// <summary>Returns when the server can be used.</summary>
    /// <exception cref="EmbeddedPostgresException">No such server, no such login, or too old; the message never holds the password.</exception>
    public static async Task CheckAsync(string connectionString, CancellationToken cancellationToken)
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

    private static EmbeddedPostgresException Failure(string text, params object[] values) =>
        new(string.Format(CultureInfo.InvariantCulture, text, values));
}
