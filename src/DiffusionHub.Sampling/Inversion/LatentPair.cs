namespace DiffusionHub.Sampling.Inversion;

/// <summary>
/// The two coupled latents of EDICT, or what belongs to each of them, such as a slope. In float64: each inverted mixing step enlarges what
/// rounding left, over 50 steps about 1400 times.
/// </summary>
/// <param name="First">A batch of latents.</param>
/// <param name="Second">As many.</param>
public sealed record LatentPair(double[] First, double[] Second)
{
    /// <summary>The pair whose two are the same, as it is where a way begins.</summary>
    public static LatentPair Twice(ReadOnlySpan<double> latents) => new(latents.ToArray(), latents.ToArray());

    /// <summary>A pair of the same latents in memory of its own.</summary>
    public LatentPair Copy() => new([.. First], [.. Second]);

    /// <summary>One of the two.</summary>
    /// <param name="which">0 or 1.</param>
    public double[] this[int which] => which == 0 ? First : Second;
}
