using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>The function B(h) of UniPC (Zhao et al. 2023, section 3.1).</summary>
public enum UniPcFunction
{
    /// <summary>B₁(h) = h.</summary>
    Bh1,

    /// <summary>B₂(h) = eʰ − 1.</summary>
    Bh2,
}

/// <summary>
/// The weights of one step of UniPC: x' = State·x + Σ Of(k)·mₖ + End·m', mₖ the estimates backwards from the step's start and m' the one
/// at its end (corrector only). Zhao et al. 2023, equations 5 and 8 (picture: appendix), solved for each step anew.
/// </summary>
internal sealed class UniPcWeights(int order, UniPcFunction function, DpmEstimate estimate)
{
    private readonly double[] ofEstimates = new double[order];
    private readonly double[] ratios = new double[order];
    private readonly double[] rho = new double[order];
    private readonly double[] matrix = new double[order * order];

    public double State { get; private set; }

    public double End { get; private set; }

    public double Of(int k) => ofEstimates[k];

    /// <summary>UniP: from step <paramref name="i"/>'s start to <paramref name="to"/> with the estimates so far.</summary>
    public void Predict(IReadOnlyList<SamplingStep> steps, int i, in NoiseLevel to, int taken)
    {
        var (scale, hh) = Start(steps, i, to, taken);
        End = 0;
        if (taken > 1)
        {
            // The paper takes ρ₁ = ½ at order 2, which needs no solving.
            rho[0] = 0.5;
            if (taken > 2)
            {
                Solve(taken - 1, hh);
            }

            Spread(taken - 1, scale * B(hh), 0);
        }
    }

    /// <summary>UniC: the same step again, with the estimate at its end.</summary>
    public void Correct(IReadOnlyList<SamplingStep> steps, int i, in NoiseLevel to, int taken)
    {
        var (scale, hh) = Start(steps, i, to, taken);
        ratios[taken - 1] = 1;
        rho[0] = 0.5;
        if (taken > 1)
        {
            Solve(taken, hh);
        }

        End = scale * B(hh) * rho[taken - 1];
        Spread(taken - 1, scale * B(hh), End);
    }

    // The first-order step, and the ratios of the estimates' levels.
    private (double Scale, double Step) Start(IReadOnlyList<SamplingStep> steps, int i, in NoiseLevel to, int taken)
    {
        var from = steps[i].From;
        var h = to.LogSnr - from.LogSnr;
        var picture = estimate == DpmEstimate.Picture;
        var hh = picture ? -h : h;
        var scale = -(picture ? to.Alpha : to.Sigma);
        State = picture ? to.Sigma / from.Sigma : to.Alpha / from.Alpha;
        ofEstimates.AsSpan().Clear();
        ofEstimates[0] = scale * double.ExpM1(hh);
        for (var k = 1; k < taken; k++)
        {
            ratios[k - 1] = (steps[i - k].From.LogSnr - from.LogSnr) / h;
        }

        return (scale, hh);
    }

    private double B(double hh) => function == UniPcFunction.Bh1 ? hh : double.ExpM1(hh);

    // Σ ρₖ·rₖⁱ⁻¹ = i!·φᵢ₊₁(h)·h/B(h) for i = 1 … n, with φ by its recurrence.
    private void Solve(int n, double hh)
    {
        var phi = (double.ExpM1(hh) / hh) - 1;
        var factorial = 1.0;
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < n; k++)
            {
                matrix[(i * n) + k] = Math.Pow(ratios[k], i);
            }

            rho[i] = phi * factorial / B(hh);
            factorial *= i + 2;
            phi = (phi / hh) - (1 / factorial);
        }

        LinearEquations.Solve(matrix, rho.AsSpan(0, n));
    }

    // Σ ρₖ·(mₖ − m₀)/rₖ, and the corrector's ρ·(m' − m₀), as weights of the estimates themselves.
    private void Spread(int count, double scale, double end)
    {
        for (var k = 0; k < count; k++)
        {
            var weight = scale * rho[k] / ratios[k];
            ofEstimates[k + 1] += weight;
            ofEstimates[0] -= weight;
        }

        ofEstimates[0] -= end;
    }
}
