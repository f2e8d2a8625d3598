using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// The singlestep solvers of Lu et al., "DPM-Solver" (2022), equation 3.7 and algorithms 1 and 2, for states with α = 1 and t = −ln σ.
/// The noise estimates of a step are kept, so that a step of lower order over the same way costs no more calls.
/// </summary>
internal sealed class DpmRungeKutta(IDenoiser denoiser, INoiseLevels levels, int length)
{
    private readonly float[] x0 = new float[length];
    private readonly float[] inner = new float[length];
    private readonly float[] first = new float[length];
    private readonly float[] second = new float[length];
    private readonly float[] third = new float[length];

    /// <summary>Calls of the model so far.</summary>
    public int Calls { get; private set; }

    /// <summary>The last estimate of the picture.</summary>
    public float[] Estimate => x0;

    /// <summary>Estimates the noise of <paramref name="x"/> at t; every step over [t, …] begins with it.</summary>
    public void Begin(ReadOnlySpan<float> x, double t) => Noise(x, t, first);

    /// <summary>result = x' by DPM-Solver-1 from t to <paramref name="next"/>.</summary>
    public void First(ReadOnlySpan<float> x, double t, double next, Span<float> result) => Combination.Of(result, 1, x, Factor(t, next), first);

    /// <summary>Asks the model at t + r·h, for the steps of order 2 and 3.</summary>
    public void Inner(ReadOnlySpan<float> x, double t, double next, double r)
    {
        var s = t + (r * (next - t));
        First(x, t, s, inner);
        Noise(inner, s, second);
    }

    /// <summary>result = x' by DPM-Solver-2, whose inner point lay at r (algorithm 1, general r).</summary>
    public void Second(ReadOnlySpan<float> x, double t, double next, double r, Span<float> result)
    {
        var factor = Factor(t, next);
        Combination.Of(result, 1, x, factor - (factor / (2 * r)), first);
        Combination.Add(result, factor / (2 * r), second);
    }

    /// <summary>result = x' by DPM-Solver-3 with r₁ = ⅓ (asked before) and r₂ = ⅔ (algorithm 2).</summary>
    public void Third(ReadOnlySpan<float> x, double t, double next, Span<float> result)
    {
        const double R1 = 1.0 / 3, R2 = 2.0 / 3;
        var h = next - t;
        var s = t + (R2 * h);
        var factor = Factor(t, s);
        var ofChange = -Math.Exp(-s) * (R2 / R1) * ((double.ExpM1(R2 * h) / (R2 * h)) - 1);
        Combination.Of(inner, 1, x, factor - ofChange, first);
        Combination.Add(inner, ofChange, second);
        Noise(inner, s, third);

        ofChange = -Math.Exp(-next) / R2 * ((double.ExpM1(h) / h) - 1);
        Combination.Of(result, 1, x, Factor(t, next) - ofChange, first);
        Combination.Add(result, ofChange, third);
    }

    // −σ'·(eʰ − 1), the weight of the noise.
    private static double Factor(double t, double next) => -Math.Exp(-next) * double.ExpM1(next - t);

    private void Noise(ReadOnlySpan<float> x, double t, float[] noise)
    {
        var level = levels.AtSigma(Math.Exp(-t));
        denoiser.Denoise(x, level, x0);
        Slope.Of(x, x0, level.Sigma, noise);
        Calls++;
    }
}
