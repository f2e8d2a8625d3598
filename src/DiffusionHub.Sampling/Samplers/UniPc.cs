using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// Zhao et al., "UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models" (2023), algorithms 1 and 2: each
/// estimate first corrects the state it was made from, then predicts the next.
/// </summary>
/// <param name="order">1 or more; 2 for guided, 3 for unguided sampling.</param>
/// <param name="function">B(h).</param>
/// <param name="estimate">What is extrapolated.</param>
/// <param name="uncorrected">Steps after which the corrector is left out.</param>
public sealed class UniPc(int order = 2, UniPcFunction function = UniPcFunction.Bh2, DpmEstimate estimate = DpmEstimate.Picture, IReadOnlySet<int>? uncorrected = null) : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var before = new float[x.Length];
        var estimates = new History(order + 1, x.Length);
        var weights = new UniPcWeights(order, function, estimate);
        var taken = 0;
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            denoiser.Denoise(x, from, x0);
            var latest = estimates.Add();
            if (estimate == DpmEstimate.Picture)
            {
                x0.CopyTo(latest, 0);
            }
            else
            {
                Combination.Of(latest, 1 / from.Sigma, x, -from.Alpha / from.Sigma, x0);
            }

            if (i > 0 && uncorrected?.Contains(i - 1) != true)
            {
                // From the step before again, now knowing the estimate at its end.
                weights.Correct(plan.Steps, i - 1, from, taken);
                Combine(weights, before, latest, estimates, 1, taken, x);
            }

            taken = DistinctLevels.Limit(plan.Steps, i, Math.Min(Math.Min(order, plan.Steps[i].MaxOrder), Math.Min(estimates.Count, i + 1)));
            x.CopyTo(before);
            weights.Predict(plan.Steps, i, to, taken);
            Combine(weights, before, latest, estimates, 0, taken, x);
            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }

    // x ← state·before + Σ weight·estimate (from the one "skip" before the last) + end·latest.
    private static void Combine(UniPcWeights weights, ReadOnlySpan<float> before, ReadOnlySpan<float> latest, History estimates, int skip, int taken, Span<float> x)
    {
        Combination.Of(x, weights.State, before, weights.Of(0), estimates[skip]);
        for (var k = 1; k < taken; k++)
        {
            Combination.Add(x, weights.Of(k), estimates[skip + k]);
        }

        Combination.Add(x, weights.End, latest);
    }
}
