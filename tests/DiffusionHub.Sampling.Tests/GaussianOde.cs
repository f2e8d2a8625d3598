using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

/// <summary>
/// The probability-flow equation of normal data with deviation s, whose best estimate x₀ = α·s²/(α²·s² + σ²)·x is linear and whose solution is
/// known: x stays the same multiple of its deviation √(α²·s² + σ²).
/// </summary>
internal sealed class GaussianOde(double s) : IDenoiser
{
    public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
    {
        var factor = (float)(level.Alpha * s * s / Math.Pow(Deviation(level), 2));
        for (var i = 0; i < x.Length; i++)
        {
            x0[i] = factor * x[i];
        }
    }

    /// <summary>Relative error of a walk through <paramref name="plan"/>.</summary>
    public double Error(ISampler sampler, SamplingPlan plan)
    {
        float[] x = [(float)Deviation(plan.Steps[0].From)];
        sampler.Sample(this, plan, new NoNoise(), x, null, TestContext.Current.CancellationToken);
        return Math.Abs((x[0] / Deviation(plan.Steps[^1].To)) - 1);
    }

    private double Deviation(in NoiseLevel level) => Math.Sqrt(Math.Pow(level.Alpha * s, 2) + Math.Pow(level.Sigma, 2));

    // The ordinary equation has none: who asks for noise here is not solving it.
    private sealed class NoNoise : IStepNoise
    {
        public void Fill(double from, double to, Span<float> values) => values.Clear();
    }
}
