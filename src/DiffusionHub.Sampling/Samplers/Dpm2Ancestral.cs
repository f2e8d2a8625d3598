using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>"DPM2 a": <see cref="Dpm2"/> down to σ_down, then fresh noise up to σ'.</summary>
/// <param name="eta">η: 0 is DPM2, 1 DDPM's amount of noise.</param>
public sealed class Dpm2Ancestral(double eta = 1) : ISampler
{
    /// <inheritdoc/>
    public int ModelCalls(SamplingPlan plan) => Calls.Of(plan);

    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var start = new float[x.Length];
        var slope = new float[x.Length];
        var calls = new Calls(plan, afterCall);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            var (down, up) = Ancestral.Split(from.Sigma, to.Sigma, eta);
            x.CopyTo(start);
            denoiser.Denoise(x, from, x0);
            Slope.Of(x, x0, from.Sigma, slope);
            var middle = plan.Levels.AtSigma(Midpoint.Of(from.Sigma, down));
            Combination.Add(x, middle.Sigma - from.Sigma, slope);
            calls.Report(to.Sigma > 0 ? middle : plan.After(i), x, x0);
            if (to.Sigma == 0)
            {
                continue;
            }

            denoiser.Denoise(x, middle, x0);
            Slope.Of(x, x0, middle.Sigma, slope);
            Combination.Of(x, 1, start, down - from.Sigma, slope);
            noise.Fill(from.Sigma, to.Sigma, slope);
            Combination.Add(x, up, slope);
            calls.Report(plan.After(i), x, x0);
        }
    }
}
