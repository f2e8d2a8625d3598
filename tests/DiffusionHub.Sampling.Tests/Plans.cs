using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

/// <summary>Small walks on Stable Diffusion's training process.</summary>
internal static class Plans
{
    private static readonly TrainingProcess Process = new(BetaSchedule.ScaledLinear(0.00085, 0.012, 1000));

    public static ISigmaSchedule DdimSchedule { get; } = new DdimSchedule(Process, TimestepSpacing.Leading, 1, endsClean: false);

    public static ISigmaSchedule EulerSchedule { get; } = new DiscreteSchedule(Process, new DiscreteConventions { Spacing = TimestepSpacing.Linspace });

    // The last step ends at ᾱ₀, as in the published models' configurations.
    public static SamplingPlan Ddim(int steps) => DdimSchedule.Plan(steps);

    public static SamplingPlan Euler(int steps) => EulerSchedule.Plan(steps);

    public static float[] Run(ISampler sampler, IDenoiser denoiser, SamplingPlan plan, float[] x, StepCallback? afterCall = null)
    {
        float[] state = [.. x];
        sampler.Sample(denoiser, plan, new GeneratorNoise(new TorchCpuNoise(1)), state, afterCall, TestContext.Current.CancellationToken);
        return state;
    }
}

/// <summary>A network of one element each.</summary>
internal sealed class Toy(Func<float, float, float> answer) : IPredictor
{
    public int Calls { get; private set; }

    public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
    {
        Calls++;
        for (var i = 0; i < input.Length; i++)
        {
            output[i] = answer(input[i], timestep);
        }
    }
}
