using DiffusionHub.Sampling.Denoisers;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>One run for each prompt: half the memory of <see cref="BatchOfTwo"/>, and no second run where the scale is 1.</summary>
/// <param name="withNegative">The network with the negative prompt.</param>
/// <param name="withPositive">The network with the prompt.</param>
public sealed class TwoPasses(IPredictor withNegative, IPredictor withPositive) : IPromptPair
{
    private float[] ofNegative = [];
    private float[] ofPositive = [];

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> input, float timestep, bool both, out ReadOnlySpan<float> negative, out ReadOnlySpan<float> positive)
    {
        if (ofPositive.Length != input.Length)
        {
            ofNegative = new float[input.Length];
            ofPositive = new float[input.Length];
        }

        if (both)
        {
            withNegative.Predict(input, timestep, ofNegative);
        }

        withPositive.Predict(input, timestep, ofPositive);
        negative = both ? ofNegative : [];
        positive = ofPositive;
    }
}
