namespace DiffusionHub.Pipelines.Previews;

/// <summary>What showing one latent pixel costs, measured: the time grows with the pixels. May be used by several threads.</summary>
/// <param name="guess">Seconds a latent pixel before anything was measured; infinite: not to be risked.</param>
internal sealed class PreviewCost(double guess = double.PositiveInfinity)
{
    private double seconds = guess;

    /// <summary>It took that long. The least counts: what took longer once was held up, and a cost that forbids its way would never be measured again.</summary>
    public void Learn(int pixels, TimeSpan took) => Volatile.Write(ref seconds, Math.Min(Volatile.Read(ref seconds), took.TotalSeconds / pixels));

    /// <summary>Whether so many pixels are shown in that time.</summary>
    public bool Fits(int pixels, TimeSpan within) => within == TimeSpan.MaxValue || pixels * Volatile.Read(ref seconds) <= within.TotalSeconds;
}
