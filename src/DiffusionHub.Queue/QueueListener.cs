using System.Runtime.CompilerServices;
using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>
/// Listens on a connection of its own. It keeps the connection alive, connects again with growing pauses when it is lost, and says
/// <see cref="QueueSignal.CatchUp"/> after each connect, because notifications are not kept for who is away. One reader at a time.
/// </summary>
/// <param name="dataSource">The hub's database.</param>
/// <param name="channels"><see cref="Notifier.JobsChannel"/>, <see cref="Notifier.ChangedChannel"/> or both.</param>
public sealed class QueueListener(NpgsqlDataSource dataSource, params IReadOnlyList<string> channels) : IAsyncDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly List<string> _heard = [];
    private NpgsqlConnection? _connection;
    private int _failures;

    /// <summary>The server's process of the current connection, for tests; 0 while there is none.</summary>
    internal int ServerProcess => _connection?.ProcessID ?? 0;

    /// <summary>Every signal until cancelled.</summary>
    public async IAsyncEnumerable<QueueSignal> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            yield return await NextAsync(cancellationToken);
        }
    }

    /// <summary>Waits for the next signal; the first is a <see cref="QueueSignal.CatchUp"/>, once connected.</summary>
    public async Task<QueueSignal> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (_connection is null)
                {
                    await ConnectAsync(cancellationToken);
                    _failures = 0;
                    return new QueueSignal { CatchUp = true, JobsReady = true };
                }

                if (_heard.Count > 0)
                {
                    var signal = QueueSignal.Parse(_heard);
                    _heard.Clear();
                    return signal;
                }

                if (!await _connection.WaitAsync(Quiet, cancellationToken))
                {
                    // A host that vanished sends no reset: ask.
                    await using var probe = new NpgsqlCommand("SELECT 1", _connection);
                    await probe.ExecuteScalarAsync(cancellationToken);
                }
            }
            catch (Exception e) when (QueueDatabase.IsUnavailable(e) || e is NpgsqlException)
            {
                await DropAsync();
                var pause = TimeSpan.FromMilliseconds(50 * Math.Pow(2, Math.Min(_failures++, 10)));
                await Task.Delay(pause < LongestPause ? pause : LongestPause, cancellationToken);
            }
        }
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync() => await DropAsync();

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            connection.Notification += (_, e) => _heard.Add(e.Payload);
            await using var listen = new NpgsqlCommand(string.Concat(channels.Select(c => $"LISTEN {c};")), connection);
            await listen.ExecuteNonQueryAsync(cancellationToken);
            _connection = connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // The pool gives the connection to others as it is.
    private static async Task UnlistenAsync(NpgsqlConnection connection)
    {
        try
        {
            await using var unlisten = new NpgsqlCommand("UNLISTEN *", connection);
            await unlisten.ExecuteNonQueryAsync();
        }
        catch (Exception e) when (QueueDatabase.IsUnavailable(e) || e is NpgsqlException or InvalidOperationException)
        {
            // It is lost, and with it what it listened to.
        }
    }

    private async Task DropAsync()
    {
        _heard.Clear();
        if (_connection is { } connection)
        {
            _connection = null;
            await UnlistenAsync(connection);
            await connection.DisposeAsync();
        }
    }
}
