using System.Numerics.Tensors;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Denoisers;

/// <summary>Turns a network's prediction into x₀. A state in k-diffusion's form (α = 1) is divided by √(1 + σ²) first, because networks see states of variance 1.</summary>
public abstract class PredictionDenoiser : IDenoiser
{
    private readonly IPredictor predictor;
    private float[] scaled = [];

    private protected PredictionDenoiser(IPredictor predictor) => this.predictor = predictor;

    /// <summary>The denoiser for <paramref name="type"/> around <paramref name="predictor"/>.</summary>
    public static PredictionDenoiser Create(PredictionType type, IPredictor predictor) => type switch
    {
        PredictionType.Epsilon => new EpsilonDenoiser(predictor),
        PredictionType.Velocity => new VelocityDenoiser(predictor),
        _ => new SampleDenoiser(predictor),
    };

    /// <inheritdoc/>
    public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
    {
        // DDPM's and flow matching's states are what their networks were trained on; only k-diffusion's grow with σ.
        if (level.Alpha != 1 || level.Sigma == 0)
        {
            predictor.Predict(x, level.Timestep, x0);
            ToClean(x, level, x0);
            return;
        }

        if (scaled.Length < x.Length)
        {
            scaled = new float[x.Length];
        }

        var norm = level.Norm;
        var input = scaled.AsSpan(0, x.Length);
        TensorPrimitives.Divide(x, norm, input);
        predictor.Predict(input, level.Timestep, x0);
        ToClean(input, new NoiseLevel(level.Alpha / norm, level.Sigma / norm, level.Timestep), x0);
    }

    /// <summary>Replaces the prediction in <paramref name="value"/> by x₀; <paramref name="input"/> is the network's input, so α² + σ² = 1.</summary>
    private protected abstract void ToClean(ReadOnlySpan<float> input, in NoiseLevel level, Span<float> value);
}

internal sealed class EpsilonDenoiser(IPredictor predictor) : PredictionDenoiser(predictor)
{
    private protected override void ToClean(ReadOnlySpan<float> input, in NoiseLevel level, Span<float> value)
    {
        // x₀ = (x − σ·ε) / α
        TensorPrimitives.MultiplyAdd(value, -level.Sigma, input, value);
        TensorPrimitives.Divide(value, level.Alpha, value);
    }
}

internal sealed class VelocityDenoiser(IPredictor predictor) : PredictionDenoiser(predictor)
{
    private protected override void ToClean(ReadOnlySpan<float> input, in NoiseLevel level, Span<float> value)
    {
        // x₀ = α·x − σ·v, which is −v where no picture is left in x.
        TensorPrimitives.Multiply(value, -level.Sigma, value);
        TensorPrimitives.MultiplyAdd(input, level.Alpha, value, value);
    }
}

internal sealed class SampleDenoiser(IPredictor predictor) : PredictionDenoiser(predictor)
{
    private protected override void ToClean(ReadOnlySpan<float> input, in NoiseLevel level, Span<float> value)
    {
        // The network already gave x₀.
    }
}
