namespace DiffusionHub.Sampling.Denoisers;

/// <summary>
/// What a network said of the variance of the step it was last asked for (Nichol and Dhariwal 2021, "Improved Denoising Diffusion Probabilistic Models", equation 15): for
/// each element where between β̃ (−1) and β (1) its logarithm lies. The network's caller writes it, the sampler reads it.
/// </summary>
public sealed class LearnedVariance
{
    private float[] values = [];

    /// <summary>The values; empty before the first call.</summary>
    public ReadOnlySpan<float> Values => values;

    /// <summary>Takes the values of a call.</summary>
    public void Set(ReadOnlySpan<float> said)
    {
        if (values.Length != said.Length)
        {
            values = new float[said.Length];
        }

        said.CopyTo(values);
    }
}
