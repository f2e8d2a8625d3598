using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// Lu et al., "DPM-Solver: A Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps" (2022) in multistep form: as
/// <see cref="DpmPlusPlusMultistep"/>, but on estimates of the noise. Cannot end at σ = 0.
/// </summary>
/// <param name="order">1 to 3 (2 when stochastic).</param>
/// <param name="stochastic">Solves the stochastic equation.</param>
/// <param name="term">Weight of the first difference.</param>
public sealed class DpmSolverMultistep(int order = 2, bool stochastic = false, SecondOrderTerm term = SecondOrderTerm.Midpoint) : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var estimates = new History(order, x.Length);
        var fresh = new float[stochastic ? x.Length : 0];
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            denoiser.Denoise(x, from, x0);
            Combination.Of(estimates.Add(), 1 / from.Sigma, x, -from.Alpha / from.Sigma, x0);
            var taken = DistinctLevels.Limit(plan.Steps, i, Math.Min(plan.Steps[i].MaxOrder, estimates.Count));
            var step = ExponentialStep.OfNoise(from, to, stochastic, taken == 2 ? term : SecondOrderTerm.Heun);
            MultistepWeights.Of(step, plan.Steps, i, taken).Apply(step.State, x, estimates);
            if (step.Noise > 0)
            {
                noise.Fill(from.Sigma / from.Alpha, to.Sigma / to.Alpha, fresh);
                Combination.Add(x, step.Noise, fresh);
            }

            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }
}
