using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// "DPM adaptive": Lu et al., "DPM-Solver" (2022), appendix C.4: steps of order 3 (or 2) whose length follows from their difference to a
/// step of one order less. Of the plan it takes the first σ and the last above 0, not the number of steps.
/// </summary>
/// <param name="order">2 or 3.</param>
/// <param name="relative">Relative tolerance.</param>
/// <param name="absolute">Absolute tolerance.</param>
public sealed class DpmAdaptive(int order = 3, double relative = 0.05, double absolute = 0.0078) : ISampler
{
    private const double FirstStep = 0.05;
    private const double Nearly = 1e-5;

    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var (start, end) = LogRange.Of(plan);
        var solver = new DpmRungeKutta(denoiser, plan.Levels, x.Length);
        var low = new float[x.Length];
        var high = new float[x.Length];
        var before = x.ToArray();
        var length = new StepLength(FirstStep, order);
        for (var t = start; t < end - Nearly;)
        {
            cancellation.ThrowIfCancellationRequested();
            var next = Math.Min(end, t + length.Value);
            solver.Begin(x, t);
            if (order == 2)
            {
                solver.First(x, t, next, low);
                solver.Inner(x, t, next, 0.5);
                solver.Second(x, t, next, 0.5, high);
            }
            else
            {
                solver.Inner(x, t, next, 1.0 / 3);
                solver.Second(x, t, next, 1.0 / 3, low);
                solver.Third(x, t, next, high);
            }

            if (length.Accepts(Error(low, high, before)))
            {
                low.CopyTo(before, 0);
                high.CopyTo(x);
                t = next;
            }

            // What is left at the speed so far.
            var left = (int)Math.Ceiling(solver.Calls * (end - t) / Math.Max(t - start, length.Value));
            afterCall?.Invoke(new StepReport(solver.Calls, solver.Calls + left, plan.Levels.AtSigma(Math.Exp(-t))), x, solver.Estimate);
        }
    }

    // Root mean square of the difference, each element in units of its tolerance.
    private double Error(ReadOnlySpan<float> low, ReadOnlySpan<float> high, ReadOnlySpan<float> before)
    {
        var sum = 0.0;
        for (var i = 0; i < low.Length; i++)
        {
            var tolerance = Math.Max(absolute, relative * Math.Max(Math.Abs(low[i]), Math.Abs(before[i])));
            var scaled = (low[i] - high[i]) / tolerance;
            sum += scaled * scaled;
        }

        return Math.Sqrt(sum / low.Length);
    }

    /// <summary>The integral controller of Söderlind, "Digital Filters in Adaptive Time-Stepping" (2003), with his smooth limiter.</summary>
    private sealed class StepLength(double first, int order)
    {
        private const double Safety = 0.81;

        public double Value { get; private set; } = first;

        public bool Accepts(double error)
        {
            var factor = Math.Pow(1 / (error + 1e-8), 1.0 / order);
            factor = 1 + Math.Atan(factor - 1);
            Value *= factor;
            return factor >= Safety;
        }
    }
}
