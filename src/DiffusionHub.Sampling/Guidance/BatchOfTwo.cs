using DiffusionHub.Sampling.Denoisers;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>Both prompts in one run of a network that takes twice the batch: the negative prompt's half first. Its shape is fixed, so both halves are always run.</summary>
/// <param name="network">Predictor of the doubled batch.</param>
public sealed class BatchOfTwo(IPredictor network) : IPromptPair
{
    private float[] inputs = [];
    private float[] outputs = [];

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> input, float timestep, bool both, out ReadOnlySpan<float> negative, out ReadOnlySpan<float> positive)
    {
        var length = input.Length;
        if (inputs.Length != 2 * length)
        {
            inputs = new float[2 * length];
            outputs = new float[2 * length];
        }

        input.CopyTo(inputs);
        input.CopyTo(inputs.AsSpan(length));
        network.Predict(inputs, timestep, outputs);
        negative = outputs.AsSpan(0, length);
        positive = outputs.AsSpan(length);
    }
}
