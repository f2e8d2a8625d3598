namespace DiffusionHub.Queue;

/// <summary>
/// How long an idle worker lets others go first when it is woken. Every idle worker hears of a new job, but one is enough to take it: who came too
/// late last time waits a little, twice as long each time, so that the database is seldom asked for nothing. Who took something waits half as long,
/// and not at all where it took as much as it could: there may be more than the others can take.
/// </summary>
public sealed class ClaimCourtesy
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(16);

    /// <summary>To wait between being woken and the next claim; 16 ms at most.</summary>
    public TimeSpan Pause { get; private set; }

    /// <summary>A claim took something.</summary>
    /// <param name="taken">How many jobs.</param>
    /// <param name="limit">How many it would have taken.</param>
    public void Took(int taken, int limit) => Pause = taken < limit && Pause > Shortest ? Pause / 2 : TimeSpan.Zero;

    /// <summary>A claim found nothing.</summary>
    public void CameTooLate() => Pause = Pause == TimeSpan.Zero ? Shortest : Pause * 2 < Longest ? Pause * 2 : Longest;
}
