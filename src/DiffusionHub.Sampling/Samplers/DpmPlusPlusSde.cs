using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// "DPM++ SDE": the stochastic form of <see cref="DpmPlusPlus2SAncestral"/> (Lu et al., "DPM-Solver++", 2022, section 5), with fresh noise
/// at the midpoint too. States with α = 1.
/// </summary>
/// <param name="eta">η: share of the noise, 0 to 1.</param>
public sealed class DpmPlusPlusSde(double eta = 1) : ISampler
{
    /// <inheritdoc/>
    public int ModelCalls(SamplingPlan plan) => Calls.Of(plan);

    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var start = new float[x.Length];
        var fresh = new float[x.Length];
        var calls = new Calls(plan, afterCall);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            x.CopyTo(start);
            denoiser.Denoise(x, from, x0);
            var middle = plan.Levels.AtSigma(Midpoint.Of(from.Sigma, to.Sigma));
            Step(start, from.Sigma, middle.Sigma, x0, noise, fresh, x);
            calls.Report(to.Sigma > 0 ? middle : plan.After(i), x, x0);
            if (to.Sigma == 0)
            {
                continue;
            }

            denoiser.Denoise(x, middle, x0);
            Step(start, from.Sigma, to.Sigma, x0, noise, fresh, x);
            calls.Report(plan.After(i), x, x0);
        }
    }

    // The exact solution down to σ_down for a constant x₀, then noise up to σ'.
    private void Step(ReadOnlySpan<float> start, double from, double to, ReadOnlySpan<float> x0, IStepNoise noise, Span<float> fresh, Span<float> x)
    {
        var (down, up) = Ancestral.Split(from, to, eta);
        Combination.Of(x, down / from, start, 1 - (down / from), x0);
        if (up > 0)
        {
            noise.Fill(from, to, fresh);
            Combination.Add(x, up, fresh);
        }
    }
}
