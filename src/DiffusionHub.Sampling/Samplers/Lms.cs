using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>"LMS": Adams and Bashforth's linear multistep method on dx/dσ = (x − x₀)/σ over uneven steps (Hairer, Nørsett and Wanner, "Solving Ordinary Differential Equations I", III.5).</summary>
/// <param name="order">Slopes that a step uses, from 1.</param>
public sealed class Lms(int order = 4) : ISampler
{
    // Gauss and Legendre's four points are exact for polynomials of degree 7, hence for any order up to 8.
    private static readonly (double Node, double Weight)[] Quadrature =
    [
        (-0.861136311594052575224, 0.347854845137453857373),
        (-0.339981043584856264803, 0.652145154862546142627),
        (0.339981043584856264803, 0.652145154862546142627),
        (0.861136311594052575224, 0.347854845137453857373),
    ];

    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var slopes = new History(order, x.Length);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            denoiser.Denoise(x, plan.Steps[i].From, x0);
            Slope.Of(x, x0, plan.Steps[i].From.Sigma, slopes.Add());
            var taken = DistinctLevels.Limit(plan.Steps, i, slopes.Count);
            for (var j = 0; j < taken; j++)
            {
                Combination.Add(x, Weight(plan.Steps, i, j, taken), slopes[j]);
            }

            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }

    // ∫ from σᵢ to σᵢ₊₁ of Lagrange's polynomial that is 1 at σᵢ₋ⱼ and 0 at the others.
    private static double Weight(IReadOnlyList<SamplingStep> steps, int i, int j, int count)
    {
        var (from, to) = (steps[i].From.Sigma, steps[i].To.Sigma);
        var (middle, half) = ((from + to) / 2, (to - from) / 2);
        var sum = 0.0;
        foreach (var (node, weight) in Quadrature)
        {
            var value = weight;
            for (var k = 0; k < count; k++)
            {
                if (k != j)
                {
                    var other = steps[i - k].From.Sigma;
                    value *= (middle + (half * node) - other) / (steps[i - j].From.Sigma - other);
                }
            }

            sum += value;
        }

        return half * sum;
    }
}
