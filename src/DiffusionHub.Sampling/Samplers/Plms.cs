using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// "PLMS": Liu et al., "Pseudo Numerical Methods for Diffusion Models on Manifolds" (2022), the linear multistep part of algorithm 2, with
/// a pseudo improved Euler step first, as in latent diffusion (Rombach et al. 2022). The plan's second step is that step's second call.
/// </summary>
/// <param name="type">What the network predicts.</param>
public sealed class Plms(PredictionType type = PredictionType.Epsilon) : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var transfer = new PndmTransfer(type);
        var x0 = new float[x.Length];
        var start = new float[x.Length];
        var mean = new float[x.Length];
        var predictions = new History(AdamsBashforth.Longest, x.Length);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = plan.Steps[i];
            var asked = step.Ask ?? step.From;
            denoiser.Denoise(x, asked, x0);
            if (i == 1)
            {
                // From the same start again, with the mean of both ends' predictions.
                transfer.Predicted(asked, x, x0, mean);
                Combination.Of(mean, 0.5, mean, 0.5, predictions[0]);
                transfer.Step(step.From, step.To, start, mean, x);
            }
            else
            {
                transfer.Predicted(asked, x, x0, predictions.Add());
                x.CopyTo(start);
                AdamsBashforth.Combine(predictions, mean);
                transfer.Step(step.From, step.To, start, mean, x);
            }

            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }
}
