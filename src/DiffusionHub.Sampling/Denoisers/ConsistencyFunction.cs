using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Denoisers;

/// <summary>
/// The consistency function f(x, t) = c_skip·x + c_out·x₀ of Luo et al., "Latent Consistency Models" (2023), equation 9, which is x itself
/// at t = 0: c_skip = σ²/(s² + σ²) and c_out = s/√(s² + σ²) with s = scaling·t and σ = 0.5.
/// </summary>
/// <param name="inner">Estimates x₀.</param>
/// <param name="scaling">Factor of the timestep.</param>
public sealed class ConsistencyFunction(IDenoiser inner, double scaling) : IDenoiser
{
    private const double DataVariance = 0.25;

    /// <inheritdoc/>
    public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
    {
        inner.Denoise(x, level, x0);
        var scaled = level.Timestep * scaling;
        var sum = (scaled * scaled) + DataVariance;
        Combination.Of(x0, DataVariance / sum, x, scaled / Math.Sqrt(sum), x0);
    }
}
