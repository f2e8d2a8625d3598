using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// "PNDM": Liu et al., "Pseudo Numerical Methods for Diffusion Models on Manifolds" (2022), algorithm 2: three pseudo Runge-Kutta steps of
/// four calls each, then the linear multistep method. The plan has one step a call; those of the Runge-Kutta part say where to ask, and
/// the four of a block go from the block's start.
/// </summary>
/// <param name="type">What the network predicts.</param>
public sealed class Pndm(PredictionType type = PredictionType.Epsilon) : ISampler
{
    private static readonly double[] RungeKutta = [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6];

    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var transfer = new PndmTransfer(type);
        var x0 = new float[x.Length];
        var start = new float[x.Length];
        var used = new float[x.Length];
        var sum = new float[x.Length];
        var predictions = new History(AdamsBashforth.Longest, x.Length);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = plan.Steps[i];
            var asked = step.Ask ?? step.From;
            denoiser.Denoise(x, asked, x0);
            transfer.Predicted(asked, x, x0, used);
            var warmUp = step.Ask is not null;
            var stage = warmUp ? i % RungeKutta.Length : 0;
            if (stage == 0)
            {
                used.CopyTo(predictions.Add(), 0);
                x.CopyTo(start);
            }

            if (!warmUp)
            {
                AdamsBashforth.Combine(predictions, used);
            }
            else
            {
                Combination.Of(sum, stage == 0 ? 0 : 1, sum, RungeKutta[stage], used);
                if (stage == RungeKutta.Length - 1)
                {
                    sum.CopyTo(used, 0);
                }
            }

            transfer.Step(step.From, step.To, start, used, x);
            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }
}
