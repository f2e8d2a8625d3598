using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>"DPM++ 2S a": Lu et al., "DPM-Solver++" (2022), algorithm 1 with r = ½, down to σ_down, then fresh noise up to σ'. States with α = 1.</summary>
/// <param name="eta">η: 0 is DPM++ 2S, 1 adds DDPM's amount of noise.</param>
public sealed class DpmPlusPlus2SAncestral(double eta = 1) : ISampler
{
    /// <inheritdoc/>
    public int ModelCalls(SamplingPlan plan) => Calls.Of(plan);

    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var start = new float[x.Length];
        var calls = new Calls(plan, afterCall);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            var (down, up) = Ancestral.Split(from.Sigma, to.Sigma, eta);
            x.CopyTo(start);
            denoiser.Denoise(x, from, x0);

            // With λ = −ln σ the exact solution for a constant x₀ is x' = (σ'/σ)·x + (1 − σ'/σ)·x₀.
            var middle = plan.Levels.AtSigma(Midpoint.Of(from.Sigma, down));
            Combination.Of(x, middle.Sigma / from.Sigma, x, 1 - (middle.Sigma / from.Sigma), x0);
            calls.Report(to.Sigma > 0 ? middle : plan.After(i), x, x0);
            if (to.Sigma == 0)
            {
                continue;
            }

            denoiser.Denoise(x, middle, x0);
            Combination.Of(x, down / from.Sigma, start, 1 - (down / from.Sigma), x0);
            noise.Fill(from.Sigma, to.Sigma, start);
            Combination.Add(x, up, start);
            calls.Report(plan.After(i), x, x0);
        }
    }
}
