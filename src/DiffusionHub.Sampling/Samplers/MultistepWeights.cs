using System.Runtime.InteropServices;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>The weights of the last three estimates in an <see cref="ExponentialStep"/>: the differences D₁ and D₂ written out (Lu et al., "DPM-Solver++", 2022, algorithm 2 and appendix).</summary>
/// <param name="Latest">Weight of the estimate at the step's start.</param>
/// <param name="Older">Weight of the one before.</param>
/// <param name="Oldest">Weight of the one before that.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MultistepWeights(double Latest, double Older, double Oldest)
{
    /// <summary>The weights of a step <paramref name="i"/> of <paramref name="order"/> 1 to 3, over the levels of the steps before it.</summary>
    public static MultistepWeights Of(in ExponentialStep c, IReadOnlyList<SamplingStep> steps, int i, int order)
    {
        if (order == 1)
        {
            return new MultistepWeights(c.Zeroth, 0, 0);
        }

        var (from, to) = steps[i];
        var h = to.LogSnr - from.LogSnr;
        var r0 = (from.LogSnr - steps[i - 1].From.LogSnr) / h;
        if (order == 2)
        {
            return new MultistepWeights(c.Zeroth + (c.First / r0), -c.First / r0, 0);
        }

        // D₁ = D₁₀ + r₀/(r₀ + r₁)·(D₁₀ − D₁₁) and D₂ = (D₁₀ − D₁₁)/(r₀ + r₁), with D₁₀ = (m₀ − m₁)/r₀ and D₁₁ = (m₁ − m₂)/r₁.
        var r1 = (steps[i - 1].From.LogSnr - steps[i - 2].From.LogSnr) / h;
        var ofOlder = ((c.First * r0) + c.Second) / (r0 + r1);
        var ofLatest = c.First + ofOlder;
        return new MultistepWeights(c.Zeroth + (ofLatest / r0), -(ofLatest / r0) - (ofOlder / r1), ofOlder / r1);
    }

    /// <summary>x ← state·x + Σ weight·estimate.</summary>
    public void Apply(double state, Span<float> x, History estimates)
    {
        Combination.Of(x, state, x, Latest, estimates[0]);
        if (Older != 0)
        {
            Combination.Add(x, Older, estimates[1]);
        }

        if (Oldest != 0)
        {
            Combination.Add(x, Oldest, estimates[2]);
        }
    }
}
