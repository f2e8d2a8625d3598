namespace DiffusionHub.Sampling.Noise;

/// <summary>Fresh standard normal noise for a stochastic sampler's way from one noise level to another.</summary>
public interface IStepNoise
{
    /// <summary>Fills <paramref name="values"/>, a whole batch, for the way from <paramref name="from"/> down to <paramref name="to"/>.</summary>
    /// <param name="from">σ/α before.</param>
    /// <param name="to">σ/α after.</param>
    /// <param name="values">Standard normal numbers.</param>
    void Fill(double from, double to, Span<float> values);
}
