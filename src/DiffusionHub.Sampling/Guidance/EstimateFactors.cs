using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>
/// What a denoiser makes of a state x and its network m: x̂₀ = a·x + b·m(c·x), whatever the network predicts and whatever form states have. Measured
/// with numbers so small that no bound on the estimate cuts them.
/// </summary>
internal sealed class EstimateFactors
{
    // A power of two, so that nothing is rounded.
    private const float Small = 1f / (1 << 30);

    private readonly Probe probe = new();
    private readonly IDenoiser denoiser;

    /// <param name="denoiser">Makes a network's denoiser.</param>
    public EstimateFactors(Func<IPredictor, IDenoiser> denoiser) => this.denoiser = denoiser(probe);

    /// <summary>The factors a, b and c at a level.</summary>
    public (double OfState, double OfPrediction, double OfInput) At(in NoiseLevel level) => (Ask(level, Small, 0), Ask(level, 0, Small), Input(level));

    private double Ask(in NoiseLevel level, float state, float answer)
    {
        probe.Answer = answer;
        float[] x = [state], x0 = [0];
        denoiser.Denoise(x, level, x0);
        return x0[0] / Small;
    }

    private double Input(in NoiseLevel level)
    {
        Ask(level, Small, 0);
        return probe.Asked / Small;
    }

    private sealed class Probe : IPredictor
    {
        public float Answer { get; set; }

        public float Asked { get; private set; }

        public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
        {
            Asked = input[0];
            output.Fill(Answer);
        }
    }
}
