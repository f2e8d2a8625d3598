using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// Zhang and Chen, "Fast Sampling of Diffusion Models with Exponential Integrator" (2023), equation 14 with ρ = σ/α and polynomials in
/// ln ρ ("logrho"): x' = α'·(x/α + Σ cⱼ·εⱼ), cⱼ the integral of Lagrange's polynomial over dρ. Cannot end at σ = 0.
/// </summary>
/// <param name="order">1 to 3.</param>
public sealed class Deis(int order = 2) : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var estimates = new History(order, x.Length);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            denoiser.Denoise(x, from, x0);
            Combination.Of(estimates.Add(), 1 / from.Sigma, x, -from.Alpha / from.Sigma, x0);
            var taken = DistinctLevels.Limit(plan.Steps, i, Math.Min(plan.Steps[i].MaxOrder, estimates.Count));
            Combination.Of(x, to.Alpha / from.Alpha, x, to.Alpha * Weight(plan.Steps, i, 0, taken), estimates[0]);
            for (var j = 1; j < taken; j++)
            {
                Combination.Add(x, to.Alpha * Weight(plan.Steps, i, j, taken), estimates[j]);
            }

            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }

    // ∫ l(ln ρ) dρ = ∫ l(u)·eᵘ du with u = −λ, whose antiderivative for a polynomial l of degree 2 at most is eᵘ·(l − l' + l'').
    private static double Weight(IReadOnlyList<SamplingStep> steps, int i, int j, int count)
    {
        var own = U(steps[i - j].From);
        var (low, high) = (U(steps[i].From), U(steps[i].To));
        if (count == 1)
        {
            return Math.Exp(high) - Math.Exp(low);
        }

        var first = U(steps[i - (j == 0 ? 1 : 0)].From);
        if (count == 2)
        {
            double Line(double u) => Math.Exp(u) * (u - first - 1);
            return (Line(high) - Line(low)) / (own - first);
        }

        var second = U(steps[i - (j == 2 ? 1 : 2)].From);
        double Parabola(double u) => Math.Exp(u) * (((u - first) * (u - second)) - ((2 * u) - first - second) + 2);
        return (Parabola(high) - Parabola(low)) / ((own - first) * (own - second));
    }

    private static double U(in NoiseLevel level) => -level.LogSnr;
}
