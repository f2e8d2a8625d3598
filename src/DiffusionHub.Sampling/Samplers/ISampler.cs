using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>Walks a state from noise to picture. It owns its loop, so a multistep method's history is a local variable.</summary>
public interface ISampler
{
    /// <summary>How often it will call the model on <paramref name="plan"/>; an adaptive method cannot know.</summary>
    int ModelCalls(SamplingPlan plan) => plan.Steps.Count;

    /// <summary>Walks <paramref name="x"/> through <paramref name="plan"/>, in place.</summary>
    /// <param name="denoiser">The model.</param>
    /// <param name="plan">The noise levels.</param>
    /// <param name="noise">Fresh noise, for the samplers that add some.</param>
    /// <param name="x">The state: at the plan's first level before, at its last after.</param>
    /// <param name="afterCall">Called after each call of the model.</param>
    /// <param name="cancellation">Looked at before each step.</param>
    /// <exception cref="OperationCanceledException">Cancelled between two steps.</exception>
    void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation);
}
