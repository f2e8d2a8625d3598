using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// The transfer part φ of Liu et al., "Pseudo Numerical Methods for Diffusion Models on Manifolds" (2022), equation 11, which is DDIM's
/// step, for predictions of the kind that the network makes: it is those that the pseudo methods average.
/// </summary>
/// <param name="type">What the network predicts.</param>
internal sealed class PndmTransfer(PredictionType type)
{
    /// <summary>prediction ← what the network said for the estimate <paramref name="x0"/> of <paramref name="x"/>.</summary>
    public void Predicted(in NoiseLevel level, ReadOnlySpan<float> x, ReadOnlySpan<float> x0, Span<float> prediction)
    {
        var (ofState, ofPrediction) = type.Factors(level);
        Combination.Of(prediction, 1 / ofPrediction, x0, -ofState / ofPrediction, x);
    }

    /// <summary>result ← the state at <paramref name="to"/>, from <paramref name="x"/> at <paramref name="from"/> with <paramref name="prediction"/>; may be one of them.</summary>
    public void Step(in NoiseLevel from, in NoiseLevel to, ReadOnlySpan<float> x, ReadOnlySpan<float> prediction, Span<float> result)
    {
        // α'·x₀ + σ'·(x − α·x₀)/σ with x₀ = a·x + b·m.
        var (ofState, ofPrediction) = type.Factors(from);
        var kept = to.Sigma / from.Sigma;
        var ofPicture = to.Alpha - (kept * from.Alpha);
        Combination.Of(result, kept + (ofPicture * ofState), x, ofPicture * ofPrediction, prediction);
    }
}
