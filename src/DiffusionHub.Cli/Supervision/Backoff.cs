namespace DiffusionHub.Cli.Supervision;

/// <summary>How long to wait before the next attempt: 0.5 s, doubled each time, at most 30 s.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    // Who ran this long was all right: what happened now is news.
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);

    private TimeSpan next = First;

    /// <summary>The wait after an attempt that lasted <paramref name="lived"/>.</summary>
    public TimeSpan After(TimeSpan lived)
    {
        if (lived >= Steady)
        {
            next = First;
        }

        var wait = next;
        next = next * 2 < Most ? next * 2 : Most;
        return wait;
    }
}
