using System.Numerics.Tensors;

namespace DiffusionHub.Sampling.Denoisers;

/// <summary>
/// Ho and Salimans, "Classifier-Free Diffusion Guidance" (2022): u + w·(c − u), where c follows the prompt and u the negative prompt.
/// Decorates a predictor of twice the batch, whose first half is u and whose second half is c, so that one run gives both.
/// </summary>
/// <param name="both">Predictor of the doubled batch.</param>
/// <param name="scale">Guidance scale w, above 1.</param>
public sealed class ClassifierFreeGuidance(IPredictor both, float scale) : IPredictor
{
    private float[] doubledInput = [];
    private float[] doubledOutput = [];

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
    {
        var length = input.Length;
        if (doubledInput.Length != 2 * length)
        {
            doubledInput = new float[2 * length];
            doubledOutput = new float[2 * length];
        }

        input.CopyTo(doubledInput);
        input.CopyTo(doubledInput.AsSpan(length));
        both.Predict(doubledInput, timestep, doubledOutput);
        var negative = doubledOutput.AsSpan(0, length);
        TensorPrimitives.Subtract(doubledOutput.AsSpan(length), negative, output);
        TensorPrimitives.MultiplyAdd(output, scale, negative, output);
    }
}
