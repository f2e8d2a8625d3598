using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>Called after each step. The spans are valid only during the call.</summary>
/// <param name="step">Steps done, from 1.</param>
/// <param name="steps">Steps in all.</param>
/// <param name="x">The state after the step.</param>
/// <param name="x0">The estimate of the clean picture that the step used.</param>
public delegate void StepCallback(int step, int steps, ReadOnlySpan<float> x, ReadOnlySpan<float> x0);

/// <summary>Walks a state from noise to picture. It owns its loop, so a multistep method's history is a local variable.</summary>
public interface ISampler
{
    /// <summary>Walks <paramref name="x"/> through <paramref name="plan"/>, in place.</summary>
    /// <param name="denoiser">The model.</param>
    /// <param name="plan">The noise levels.</param>
    /// <param name="x">The state: at the plan's first level before, at its last after.</param>
    /// <param name="afterStep">Called after each step.</param>
    /// <param name="cancellation">Looked at before each step.</param>
    /// <exception cref="OperationCanceledException">Cancelled between two steps.</exception>
    void Sample(IDenoiser denoiser, SamplingPlan plan, Span<float> x, StepCallback? afterStep, CancellationToken cancellation);
}
