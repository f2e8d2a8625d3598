using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>What a DPM solver extrapolates.</summary>
public enum DpmEstimate
{
    /// <summary>The picture x₀ (DPM-Solver++).</summary>
    Picture,

    /// <summary>The noise (DPM-Solver).</summary>
    Noise,
}

/// <summary>
/// Lu et al., "DPM-Solver" (2022), algorithms 1 and 2, and "DPM-Solver++" (2022), algorithm 1: steps in blocks of one, two or three calls,
/// each call of a block going from the block's start with one order more. The plan's <see cref="SamplingStep.MaxOrder"/> says which call
/// of its block a step is.
/// </summary>
/// <param name="estimate">What is extrapolated.</param>
/// <param name="order">Longest block, 1 to 3.</param>
/// <param name="stochastic">Solves the stochastic equation.</param>
/// <param name="term">Weight of the first difference.</param>
public sealed class DpmSolverSinglestep(DpmEstimate estimate, int order = 2, bool stochastic = false, SecondOrderTerm term = SecondOrderTerm.Midpoint) : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var start = new float[x.Length];
        var estimates = new History(order, x.Length);
        var fresh = new float[stochastic ? x.Length : 0];
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            denoiser.Denoise(x, from, x0);
            if (estimate == DpmEstimate.Picture)
            {
                x0.CopyTo(estimates.Add(), 0);
            }
            else
            {
                Combination.Of(estimates.Add(), 1 / from.Sigma, x, -from.Alpha / from.Sigma, x0);
            }

            var taken = Math.Min(plan.Steps[i].MaxOrder, estimates.Count);
            if (taken == 1)
            {
                x.CopyTo(start);
            }

            var added = Update(plan.Steps, i, taken, start, estimates, x);
            if (stochastic && added > 0)
            {
                noise.Fill(from.Sigma / from.Alpha, to.Sigma / to.Alpha, fresh);
                Combination.Add(x, added, fresh);
            }

            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }

    // x ← state·start + Σ weight·estimate; returns the noise's standard deviation.
    private double Update(IReadOnlyList<SamplingStep> steps, int i, int taken, ReadOnlySpan<float> start, History estimates, Span<float> x)
    {
        var (block, to) = (steps[i - taken + 1].From, steps[i].To);
        var used = taken == 3 ? SecondOrderTerm.Heun : term;
        var c = estimate == DpmEstimate.Picture
            ? ExponentialStep.OfPicture(block, to, stochastic ? 1 : 0, used, ThirdOrderTerm.Diffusers)
            : ExponentialStep.OfNoise(block, to, stochastic, used);
        var h = to.LogSnr - block.LogSnr;
        double Ratio(int step) => (steps[step].From.LogSnr - block.LogSnr) / h;
        var (first, second, third) = (c.Zeroth, 0.0, 0.0);
        if (taken == 2 || (taken == 3 && term == SecondOrderTerm.Midpoint))
        {
            // D₀ is the block's first estimate, D₁ = (latest − first)/r.
            var weight = c.First / Ratio(i);
            (first, second, third) = (c.Zeroth - weight, taken == 2 ? weight : 0, taken == 2 ? 0 : weight);
        }
        else if (taken == 3)
        {
            var (r0, r1) = (Ratio(i), Ratio(i - 1));
            var ofSecond = ((c.First * r0) - (2 * c.Second)) / (r0 - r1) / r1;
            var ofThird = ((2 * c.Second) - (c.First * r1)) / (r0 - r1) / r0;
            (first, second, third) = (c.Zeroth - ofSecond - ofThird, ofSecond, ofThird);
        }

        Combination.Of(x, c.State, start, first, estimates[taken - 1]);
        if (taken > 1)
        {
            Combination.Add(x, second, estimates[taken - 2]);
        }

        if (taken > 2)
        {
            Combination.Add(x, third, estimates[0]);
        }

        return c.Noise;
    }
}
