using System.Numerics.Tensors;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Denoisers;

/// <summary>
/// The preconditioning of Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022), table 1:
/// D = c_skip·x + c_out·F(c_in·x; c_noise), for states with α = 1. The level's timestep is c_noise = ¼·ln σ.
/// </summary>
/// <param name="predictor">The network F.</param>
/// <param name="dataSigma">σ_data, the pictures' standard deviation.</param>
/// <param name="negated">The network predicts −F ("v_prediction").</param>
public sealed class EdmDenoiser(IPredictor predictor, double dataSigma, bool negated) : IDenoiser
{
    private float[] scaled = [];

    /// <inheritdoc/>
    public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
    {
        if (scaled.Length < x.Length)
        {
            scaled = new float[x.Length];
        }

        var sum = (level.Sigma * level.Sigma) + (dataSigma * dataSigma);
        var root = Math.Sqrt(sum);
        TensorPrimitives.Multiply(x, (float)(1 / root), scaled);
        predictor.Predict(scaled.AsSpan(0, x.Length), level.Timestep, x0);
        var ofPrediction = level.Sigma * dataSigma / root;
        Combination.Of(x0, dataSigma * dataSigma / sum, x, negated ? -ofPrediction : ofPrediction, x0);
    }
}
