using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// "DPM fast": Lu et al., "DPM-Solver" (2022), section 3.4: as many calls of the model as the plan has steps, in steps of order 3 that are even in
/// ln σ, with a lower one at the end for what is left. Of the plan it takes the number of steps, the first σ and the last above 0.
/// </summary>
/// <param name="eta">η: share of fresh noise, 0 to 1.</param>
public sealed class DpmFast(double eta = 0) : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var (start, end) = LogRange.Of(plan);
        var calls = plan.Steps.Count;
        var whole = (calls / 3) + 1;
        var solver = new DpmRungeKutta(denoiser, plan.Levels, x.Length);
        var fresh = new float[eta > 0 ? x.Length : 0];
        for (var i = 0; i < Steps(calls); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (t, next) = (start + ((end - start) * i / whole), start + ((end - start) * (i + 1) / whole));
            var (down, up) = LogRange.Split(t, next, end, eta);
            solver.Begin(x, t);
            switch (Order(i, calls))
            {
                case 1:
                    solver.First(x, t, down, x);
                    break;
                case 2:
                    solver.Inner(x, t, down, 0.5);
                    solver.Second(x, t, down, 0.5, x);
                    break;
                default:
                    solver.Inner(x, t, down, 1.0 / 3);
                    solver.Third(x, t, down, x);
                    break;
            }

            if (up > 0)
            {
                noise.Fill(Math.Exp(-t), Math.Exp(-next), fresh);
                Combination.Add(x, up, fresh);
            }

            afterCall?.Invoke(new StepReport(solver.Calls, calls, plan.Levels.AtSigma(Math.Exp(-next))), x, solver.Estimate);
        }
    }

    // N = 3k: k − 1 steps of order 3, one of 2, one of 1. Else ⌊N/3⌋ of order 3 and one of N mod 3.
    private static int Steps(int calls) => (calls / 3) + 1;

    private static int Order(int i, int calls)
    {
        var left = calls / 3;
        return calls % 3 == 0
            ? i < left - 1 ? 3 : i == left - 1 ? 2 : 1
            : i < left ? 3 : calls % 3;
    }
}
