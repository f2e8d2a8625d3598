namespace DiffusionHub.Sampling.Noise;

/// <summary>A stream of standard normal numbers that repeats itself for the same seed.</summary>
public interface INoiseSource
{
    /// <summary>Fills <paramref name="values"/> as one <c>torch.randn</c> call of that many float32 elements would.</summary>
    void Normal(Span<float> values);
}
