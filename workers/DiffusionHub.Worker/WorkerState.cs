using System.Diagnostics;
using DiffusionHub.Queue;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker;

/// <summary>What a worker knows of its claims.</summary>
/// <param name="Begun">How many were begun.</param>
/// <param name="InHand">Tokens of those whose jobs are in hand.</param>
internal sealed record KnownClaims(long Begun, IReadOnlyList<long> InHand);

/// <summary>What the worker's loops share: who it is, the jobs in hand, why it does not claim.</summary>
internal sealed class WorkerState(ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _problems = new(StringComparer.Ordinal);
    private long _renewed;
    private readonly List<RunningJob> _running = []; // each disposed when it has ended
    private bool _shuttingDown;
    private bool _claiming;
    private long _claims;
    private readonly CancellationTokenSource _ending = new();
    private volatile bool _uncertain;
    private volatile bool _news;

    /// <summary>Set when there may be work.</summary>
    public WakeUp Work { get; } = new();

    /// <summary>Set when there is something to reap.</summary>
    public WakeUp ReapDue { get; } = new();

    /// <summary>Cancelled when the process must be started anew.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>The process's exit code.</summary>
    public int ExitCode { get; private set; }

    /// <summary>The process must be started anew: it gives back what it has and ends.</summary>
    /// <param name="exitCode">Says why.</param>
    public void End(int exitCode)
    {
        ExitCode = exitCode;
        Stop(StopReason.ShuttingDown);
        _ending.Cancel();
    }

    /// <summary>Null until registered, and while the lease is lost.</summary>
    public WorkerIdentity? Identity { get; set; }

    /// <summary>
    /// True while the lease was renewed recently. A worker that was frozen or cut off renews its own first before it judges others, or itself.
    /// </summary>
    public bool IsLeaseFresh => Stopwatch.GetElapsedTime(Volatile.Read(ref _renewed)) < WorkerRegistry.Lease;

    /// <summary>Models in memory.</summary>
    public IReadOnlyList<string> Resident { get; set; } = [];

    /// <summary>What is wrong at the moment, or null.</summary>
    public string? Problem
    {
        get
        {
            lock (_lock)
            {
                return _problems.Count == 0 ? null : string.Join(' ', _problems.Values.Distinct());
            }
        }
    }

    /// <summary>The lease was renewed just now.</summary>
    public void Renewed() => Volatile.Write(ref _renewed, Stopwatch.GetTimestamp());

    /// <summary>True while that topic is unwell.</summary>
    public bool Has(string topic)
    {
        lock (_lock)
        {
            return _problems.ContainsKey(topic);
        }
    }

    /// <summary>Says that something (<paramref name="topic"/>) is wrong, or with null that it is well again. Logged when it changes.</summary>
    public void Set(string topic, string? problem)
    {
        lock (_lock)
        {
            if (problem is null ? !_problems.Remove(topic) : !_problems.TryAdd(topic, problem))
            {
                return;
            }
        }

        if (problem is not null)
        {
            logger.ProblemBegan(problem);
        }
        else if (Problem is null)
        {
            logger.ProblemGone();
        }
    }

    /// <summary>
    /// The database may count jobs as this worker's of which it does not know: a claim's answer was lost, or a heartbeat told of a stranger.
    /// </summary>
    public bool IsUncertain
    {
        get => _uncertain;
        set => _uncertain = value;
    }

    /// <summary>What it knows of its claims; null while one is under way, because then it does not know.</summary>
    public KnownClaims? Claims
    {
        get
        {
            lock (_lock)
            {
                return _claiming ? null : new KnownClaims(_claims, [.. _running.Select(job => job.Claim.ClaimToken)]);
            }
        }
    }

    /// <summary>The jobs in hand.</summary>
    public IReadOnlyList<RunningJob> InHand
    {
        get
        {
            lock (_lock)
            {
                return [.. _running];
            }
        }
    }

    /// <summary>A claim begins.</summary>
    public void BeginClaim()
    {
        lock (_lock)
        {
            _claiming = true;
            _claims++;
        }
    }

    /// <summary>The claim is over: it took nothing, or what it took is in hand.</summary>
    public void EndClaim()
    {
        lock (_lock)
        {
            _claiming = false;
        }
    }

    /// <summary>A job is in hand; stopped at once where the worker was told to shut down between its claim and this.</summary>
    public RunningJob Begin(JobClaim claim)
    {
        lock (_lock)
        {
            var job = new RunningJob(claim);
            _running.Add(job);
            if (_shuttingDown)
            {
                job.Stop(StopReason.ShuttingDown);
            }

            return job;
        }
    }

    public void End(RunningJob job)
    {
        lock (_lock)
        {
            _running.Remove(job);
            job.Dispose();
        }
    }

    /// <summary>Stops the jobs in hand that are of <paramref name="jobIds"/> (null: all). A shutdown also stops those that come.</summary>
    public void Stop(StopReason reason, IReadOnlyList<long>? jobIds = null)
    {
        lock (_lock)
        {
            _shuttingDown |= reason == StopReason.ShuttingDown;
            foreach (var job in _running.Where(job => jobIds is null || jobIds.Contains(job.Claim.JobId)))
            {
                job.Stop(reason);
            }
        }
    }

    /// <summary>There may be work: others have heard of it too.</summary>
    public void Wake()
    {
        _news = true;
        Work.Set();
    }

    /// <summary>There may be room for work that is there already.</summary>
    public void LookAgain() => Work.Set();

    /// <summary>Whether <see cref="Wake"/> was called since it was last asked.</summary>
    public bool TakeNews()
    {
        var news = _news;
        _news = false;
        return news;
    }

    public void Dispose()
    {
        Work.Dispose();
        ReapDue.Dispose();
        _ending.Dispose();
    }
}
