namespace DiffusionHub.Queue;

/// <summary>What a listener heard. A hint where to look, never the news itself: the tables hold that.</summary>
public sealed record QueueSignal
{
    /// <summary>Something may have been missed (just connected, or too much at once): read everything again.</summary>
    public bool CatchUp { get; init; }

    /// <summary>There may be work to claim.</summary>
    public bool JobsReady { get; init; }

    /// <summary>Jobs whose workers must stop.</summary>
    public IReadOnlyList<long> Cancelled { get; init; } = [];

    /// <summary>Jobs whose state changed.</summary>
    public IReadOnlyList<long> Changed { get; init; } = [];

    /// <summary>Jobs whose progress changed.</summary>
    public IReadOnlyList<long> Progressed { get; init; } = [];

    /// <summary>Something about the workers changed.</summary>
    public bool Workers { get; init; }

    /// <summary>A lane was paused or resumed.</summary>
    public bool Lanes { get; init; }

    /// <summary>Reads payloads as <see cref="Notifier"/> writes them; a token it does not know (of a newer version) means "read everything".</summary>
    public static QueueSignal Parse(IEnumerable<string> payloads)
    {
        List<long> cancelled = [], changed = [], progressed = [];
        bool catchUp = false, jobs = false, workers = false, lanes = false;
        foreach (var token in payloads.SelectMany(p => p.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            var list = token[0] switch { 'C' => cancelled, 'S' => changed, 'P' => progressed, _ => null };
            if (list is not null && long.TryParse(token.AsSpan(1), out var id))
            {
                list.Add(id);
                continue;
            }

            jobs |= token == "J";
            workers |= token == "W";
            lanes |= token == "L";
            catchUp |= token is not ("J" or "W" or "L");
        }

        return new QueueSignal
        {
            CatchUp = catchUp, JobsReady = jobs, Cancelled = cancelled, Changed = changed, Progressed = progressed, Workers = workers, Lanes = lanes,
        };
    }
}
