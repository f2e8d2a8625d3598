namespace DiffusionHub.Web.Shared.Net.Limits;

/// <summary>
/// An allowance that fills up again evenly, without a timer: the generic cell rate algorithm (ITU-T I.371, annex A), which keeps one number,
/// the time at which all that was taken would be paid for.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="aSecond">What flows in each second.</param>
/// <param name="burst">What can be taken at once.</param>
internal sealed class Pace(TimeProvider time, double aSecond, double burst)
{
    private const double Rounding = 1e-9;
    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private double _paid;

    /// <summary>Takes <paramref name="amount"/>, also where it is not there: how long to wait until it is; zero: not at all.</summary>
    public TimeSpan Take(double amount)
    {
        lock (_gate)
        {
            var now = Now();
            _paid = Math.Max(_paid, now) + (amount / aSecond);
            return TimeSpan.FromSeconds(Math.Max(0, _paid - now - (burst / aSecond)));
        }
    }

    /// <summary>Takes 1 where it is there; false: it is not, and nothing was taken.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            var now = Now();
            var paid = Math.Max(_paid, now) + (1 / aSecond);
            var there = paid - now <= (burst / aSecond) + Rounding;
            _paid = there ? paid : _paid;
            return there;
        }
    }

    private double Now() => time.GetElapsedTime(_began).TotalSeconds;
}
