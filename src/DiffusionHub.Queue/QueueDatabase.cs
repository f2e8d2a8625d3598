using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>Makes the data source that the queue likes, and runs its statements with one rule for lost databases.</summary>
public static class QueueDatabase
{
    private const string IdleInTransaction = "25P03";

    /// <summary>
    /// A data source whose waits are short enough for a lease. The queue prepares its statements by name: Npgsql 10's own preparing breaks a
    /// connection's statement for good when it fails, or is given up, while it is prepared (npgsql/npgsql issue 6391).
    /// </summary>
    /// <param name="connectionString">The hub's database.</param>
    /// <param name="applicationName">Shown in <c>pg_stat_activity</c>.</param>
    public static NpgsqlDataSource Open(string connectionString, string applicationName)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = applicationName,
            MaxAutoPrepare = 0,
            Timeout = 5,
            CommandTimeout = 10,
            // Nothing is set for a session but LISTEN, which the listener ends itself: the reset would be seven statements with every one.
            NoResetOnClose = true,
        };
        // A process that freezes in the middle of a transaction must not keep its locks longer than its lease: the others could not reap.
        settings.Options = $"{settings.Options} -c idle_in_transaction_session_timeout=3s -c plan_cache_mode=force_generic_plan -c enable_seqscan=off".TrimStart();
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    /// <summary>
    /// True where <paramref name="e"/> means that the database is gone, stopping, starting or full, or threw out whoever slept in a transaction;
    /// not that the statement is wrong.
    /// </summary>
    public static bool IsUnavailable(Exception e) => e switch
    {
        // 08 connection, 53 out of resources, 57P0x shutting down or starting up, 25006 read-only (a standby, a full disk's guard),
        // 25P03 this process was frozen in a transaction for longer than Open allows
        PostgresException p => p.SqlState.StartsWith("08", StringComparison.Ordinal) || p.SqlState.StartsWith("53", StringComparison.Ordinal)
            || p.SqlState.StartsWith("57P", StringComparison.Ordinal) || p.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or IdleInTransaction,
        NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException => true,
        _ => false,
    };

    /// <summary>Runs <paramref name="work"/> on a connection of the pool.</summary>
    /// <param name="dataSource">The pool.</param>
    /// <param name="work">The statements.</param>
    /// <param name="repeatable">
    /// True: may run twice without harm, so that a pooled connection which died unnoticed costs nobody an error. Others are repeated only where
    /// the server says that it wrote nothing.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QueueUnavailableException">The database cannot be reached or broke off.</exception>
    internal static async Task<T> RunAsync<T>(
        this NpgsqlDataSource dataSource, Func<NpgsqlConnection, Task<T>> work, bool repeatable, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
                return await work(connection);
            }
            catch (Exception e) when (IsUnavailable(e) || IsRolledBack(e))
            {
                if (attempt > 1 || !(repeatable || IsRolledBack(e)))
                {
                    throw new QueueUnavailableException(e);
                }
            }
        }
    }

    // The server's own word that nothing was committed: it ended the session, or chose this transaction as the loser of a conflict.
    private static bool IsRolledBack(Exception e) => e is PostgresException
    {
        SqlState: PostgresErrorCodes.AdminShutdown or IdleInTransaction or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure
    };

    internal static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Every row of a statement, which its connection prepares once.</summary>
    internal static async Task<List<T>> ReadAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await command.PrepareAsync(cancellationToken);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(row(reader));
            }

            return rows;
        }
    }
}
