using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>"Euler a": Euler's method down to σ_down, then fresh noise up to σ' (Song et al. 2021, appendix F, in the σ of Karras et al. 2022).</summary>
/// <param name="eta">η: 0 is Euler's method, 1 DDPM's amount of noise.</param>
public sealed class EulerAncestral(double eta = 1) : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var slope = new float[x.Length];
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            denoiser.Denoise(x, from, x0);
            var (down, up) = Ancestral.Split(from.Sigma, to.Sigma, eta);
            Slope.Of(x, x0, from.Sigma, slope);
            Combination.Add(x, down - from.Sigma, slope);
            if (up > 0)
            {
                noise.Fill(from.Sigma, to.Sigma, slope);
                Combination.Add(x, up, slope);
            }

            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }
}
