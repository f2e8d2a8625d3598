using System.Text;
using System.Threading.Channels;
using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>
/// Wakes listeners after a commit: outside the transaction, workers at once, web nodes within 10 ms, and at most one message each 4 ms. Each message
/// wakes every listening session of the database, whatever its channel, so news for people waits for company. Messages are hints, so none is worth
/// an error: while the database is away they wait, and go out as "read everything" when it is back.
/// </summary>
public sealed class Notifier : IAsyncDisposable
{
    /// <summary>Channel of the workers: <c>J</c> there may be work, <c>C12</c> job 12 is cancelled.</summary>
    public const string JobsChannel = "queue_jobs";

    /// <summary>Channel of the web nodes: <c>P12</c> progress, <c>S12</c> state, <c>W</c> workers, <c>L</c> lanes, <c>*</c> read everything.</summary>
    public const string ChangedChannel = "queue_changed";

    private const string Everything = "*";
    private const int PayloadBytes = 7_900;
    private const int MostPayloads = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan Company = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlDataSource _dataSource;
    private readonly Channel<(string Channel, string Token)> _tokens =
        Channel.CreateUnbounded<(string, string)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly SemaphoreSlim _urgent = new(0);
    private readonly CancellationTokenSource _giveUp = new();
    private readonly Task _pump;

    /// <summary>Starts to send; one a process is enough.</summary>
    public Notifier(NpgsqlDataSource dataSource)
    {
        _dataSource = dataSource;
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>There may be work.</summary>
    public void JobsReady() => Urge("J");

    /// <summary>Jobs whose workers must stop.</summary>
    public void Cancelled(IEnumerable<long> jobIds)
    {
        foreach (var id in jobIds)
        {
            Urge($"C{id}");
        }
    }

    /// <summary>Jobs whose state changed.</summary>
    public void Changed(IEnumerable<long> jobIds) => Tell('S', jobIds);

    /// <summary>A job whose progress changed.</summary>
    public void Progressed(long jobId) => Tell('P', [jobId]);

    /// <summary>A worker came, went or told how it is.</summary>
    public void WorkersChanged() => _tokens.Writer.TryWrite((ChangedChannel, "W"));

    /// <summary>A lane was paused or resumed.</summary>
    public void LanesChanged() => _tokens.Writer.TryWrite((ChangedChannel, "L"));

    /// <summary>Something changed, but nobody can say what: readers read everything.</summary>
    public void AnythingChanged() => _tokens.Writer.TryWrite((ChangedChannel, Everything));

    /// <summary>Sends what is still waiting, for at most two seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_tokens.Writer.TryComplete())
        {
            _giveUp.CancelAfter(TimeSpan.FromSeconds(2));
            await _pump;
            _giveUp.Dispose();
        }
    }

    private void Urge(string token)
    {
        if (_tokens.Writer.TryWrite((JobsChannel, token)))
        {
            _urgent.Release();
        }
    }

    private void Tell(char kind, IEnumerable<long> jobIds)
    {
        foreach (var id in jobIds)
        {
            _tokens.Writer.TryWrite((ChangedChannel, $"{kind}{id}"));
        }
    }

    private async Task PumpAsync()
    {
        var waiting = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal) { [JobsChannel] = [], [ChangedChannel] = [] };
        try
        {
            while (await _tokens.Reader.WaitToReadAsync(_giveUp.Token))
            {
                // Returns at once where a worker is to be woken, and when the queue is disposed.
                await Task.WhenAny(_urgent.WaitAsync(Company, _giveUp.Token), _tokens.Reader.Completion);
                var sent = false;
                while (!sent)
                {
                    while (_urgent.Wait(0, CancellationToken.None))
                    {
                        // Before the tokens are read: one that comes later keeps its signal.
                    }

                    while (_tokens.Reader.TryRead(out var token))
                    {
                        waiting[token.Channel].Add(token.Token);
                    }

                    sent = await TrySendAsync(waiting);
                    await Task.Delay(sent ? Pause : PauseAfterFault, _giveUp.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed while the database is away: whoever listens catches up when it reconnects.
        }
    }

    private async Task<bool> TrySendAsync(Dictionary<string, HashSet<string>> waiting)
    {
        var messages = waiting.SelectMany(w => Payloads(w.Value).Select(payload => (Channel: w.Key, Payload: payload))).ToArray();
        try
        {
            await using var command = _dataSource.CreateCommand(Sql.Notify);
            command.Parameters.Add(Parameters.Of(messages.Select(m => m.Channel).ToArray()));
            command.Parameters.Add(Parameters.Of(messages.Select(m => m.Payload).ToArray()));
            await command.ExecuteNonQueryAsync(_giveUp.Token);
            foreach (var tokens in waiting.Values)
            {
                tokens.Clear();
            }

            return true;
        }
        catch (Exception e) when (e is NpgsqlException || QueueDatabase.IsUnavailable(e))
        {
            // What piles up meanwhile is worth no more than this.
            foreach (var tokens in waiting.Values.Where(t => t.Count > 0))
            {
                tokens.Clear();
                tokens.Add(Everything);
            }

            return false;
        }
    }

    /// <summary>Tokens packed into payloads that PostgreSQL takes (below 8,000 bytes), or one "read everything" when they are too many.</summary>
    internal static IReadOnlyList<string> Payloads(IReadOnlyCollection<string> tokens)
    {
        var payloads = new List<string>();
        var current = new StringBuilder();
        foreach (var token in tokens)
        {
            if (token == Everything || payloads.Count == MostPayloads)
            {
                return [Everything];
            }

            if (current.Length + 1 + token.Length > PayloadBytes)
            {
                payloads.Add(current.ToString());
                current.Clear();
            }

            current.Append(current.Length > 0 ? " " : "").Append(token);
        }

        if (current.Length > 0)
        {
            payloads.Add(current.ToString());
        }

        return payloads;
    }
}
