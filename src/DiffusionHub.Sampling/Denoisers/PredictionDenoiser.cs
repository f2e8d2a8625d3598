using System.Numerics.Tensors;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Denoisers;

/// <summary>Turns a network's prediction into x₀. A state in k-diffusion's form (α = 1) is divided by √(1 + σ²) first, because networks see states of variance 1.</summary>
/// <param name="type">What the network predicts.</param>
/// <param name="predictor">The network.</param>
public sealed class PredictionDenoiser(PredictionType type, IPredictor predictor) : IDenoiser
{
    private float[] scaled = [];

    /// <inheritdoc/>
    public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
    {
        var input = x;
        // DDPM's and flow matching's states are what their networks were trained on; only k-diffusion's grow with σ.
        if (level.Alpha == 1 && level.Sigma != 0)
        {
            if (scaled.Length < x.Length)
            {
                scaled = new float[x.Length];
            }

            TensorPrimitives.Divide(x, (float)level.Norm, scaled);
            input = scaled.AsSpan(0, x.Length);
        }

        predictor.Predict(input, level.Timestep, x0);
        if (type != PredictionType.Sample)
        {
            var (ofState, ofPrediction) = type.Factors(level);
            Combination.Of(x0, ofState, x, ofPrediction, x0);
        }
    }
}
