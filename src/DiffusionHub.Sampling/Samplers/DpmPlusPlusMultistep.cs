using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// Lu et al., "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models" (2022), algorithm 2: "DPM++ 2M" and "3M",
/// and with η their stochastic forms "2M SDE" and "3M SDE". For states of any form.
/// </summary>
/// <param name="order">1 to 3; the first steps make do with the estimates there are.</param>
/// <param name="eta">η: 0 solves the ordinary equation, 1 the stochastic one.</param>
/// <param name="term">Weight of the first difference.</param>
/// <param name="third">Weight of the second difference in stochastic steps.</param>
public sealed class DpmPlusPlusMultistep(
    int order = 2, double eta = 0, SecondOrderTerm term = SecondOrderTerm.Midpoint, ThirdOrderTerm third = ThirdOrderTerm.Published) : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var estimates = new History(order, x.Length);
        var fresh = new float[eta > 0 ? x.Length : 0];
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            denoiser.Denoise(x, from, estimates.Add());
            var taken = DistinctLevels.Limit(plan.Steps, i, Math.Min(plan.Steps[i].MaxOrder, estimates.Count));
            var step = ExponentialStep.OfPicture(from, to, eta, taken == 2 ? term : SecondOrderTerm.Heun, third);
            MultistepWeights.Of(step, plan.Steps, i, taken).Apply(step.State, x, estimates);
            if (step.Noise > 0)
            {
                noise.Fill(from.Sigma / from.Alpha, to.Sigma / to.Alpha, fresh);
                Combination.Add(x, step.Noise, fresh);
            }

            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, estimates[0]);
        }
    }
}
