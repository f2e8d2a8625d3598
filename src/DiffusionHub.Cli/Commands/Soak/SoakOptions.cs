namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>What a soak does.</summary>
/// <param name="Jobs">Jobs to submit.</param>
/// <param name="Kills">Workers to kill with SIGKILL.</param>
/// <param name="Freezes">Workers to freeze past their lease: every other one between its picture and its finish.</param>
/// <param name="Crashes">Immediate stops of PostgreSQL.</param>
/// <param name="Workers">Worker processes, three at least, so that two may be frozen.</param>
/// <param name="Seed">Decides which faults come when.</param>
/// <param name="Seconds">After this time nothing is submitted and no fault made any more; null: only the numbers count.</param>
internal sealed record SoakOptions(int Jobs, int Kills, int Freezes, int Crashes, int Workers, int Seed, int? Seconds)
{
    /// <summary>Connections of workers to cut.</summary>
    public int Cuts => Kills;

    /// <summary>Listening connections of workers to cut.</summary>
    public int ListenerCuts => (Kills + 1) / 2;

    /// <summary>Times that a few jobs are cancelled.</summary>
    public int Cancels => Math.Max(1, Jobs / 200);
}

/// <summary>An invariant and how often it is violated.</summary>
internal sealed record Invariant(string Name, long Violations);

/// <summary>What a soak found.</summary>
internal sealed record SoakResult
{
    public required SoakOptions Options { get; init; }

    /// <summary>Time from the first submit until the last job had ended.</summary>
    public required double Seconds { get; init; }

    public required long Accepted { get; init; }

    public required long Succeeded { get; init; }

    public required long Failed { get; init; }

    public required long Deleted { get; init; }

    /// <summary>Faults made, by kind.</summary>
    public required IReadOnlyDictionary<string, int> Faults { get; init; }

    /// <summary>Times a job was taken from a dead worker.</summary>
    public required long Rescued { get; init; }

    /// <summary>Finishes of lapsed claims that were refused.</summary>
    public required int FencedFinishes { get; init; }

    /// <summary>Other words of lapsed claims (releases, errors) that were refused.</summary>
    public required int OtherRefusals { get; init; }

    /// <summary>Submits sent again by their keys, because no answer came or on purpose.</summary>
    public required int SentAgain { get; init; }

    /// <summary>Files of killed workers that no gallery row names: housekeeping's.</summary>
    public required int Orphans { get; init; }

    /// <summary>What happened to the job with the most events, by the database's clock.</summary>
    public required IReadOnlyList<string> Trace { get; init; }

    /// <summary>How often workers said each of their words (<see cref="WorkerLine"/>).</summary>
    public required IReadOnlyDictionary<string, int> Words { get; init; }

    /// <summary>What workers met that they should not.</summary>
    public required IReadOnlyList<string> Surprises { get; init; }

    public required IReadOnlyList<Invariant> Invariants { get; init; }
}
