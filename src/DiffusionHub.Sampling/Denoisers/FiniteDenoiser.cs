using System.Numerics.Tensors;
using DiffusionHub.Sampling.Guidance;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Denoisers;

/// <summary>Ends a run whose network gives NaN or infinity: from there on there could only be a black picture.</summary>
/// <remarks>It looks at the network's own answer: a bound on the estimate would hide an infinity.</remarks>
public sealed class FiniteDenoiser : IDenoiser
{
    private readonly SamplingPlan plan;
    private readonly IDenoiser inner;
    private NoiseLevel asked;
    private int calls;

    /// <summary>Decorates the denoiser of a network.</summary>
    /// <param name="denoiser">Makes a network's denoiser, such as <see cref="Schedulers.SamplingRecipe.Denoiser"/>.</param>
    /// <param name="network">The network.</param>
    /// <param name="plan">The plan of the run, to name the step.</param>
    public FiniteDenoiser(Func<IPredictor, IDenoiser> denoiser, IPredictor network, SamplingPlan plan) =>
        (inner, this.plan) = (denoiser(new Checked(this, network)), plan);

    /// <inheritdoc/>
    /// <exception cref="ModelOutputException">The network's answer is not finite.</exception>
    public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
    {
        asked = level;
        calls++;
        inner.Denoise(x, level, x0);
    }

    private sealed class Checked(FiniteDenoiser run, IPredictor network) : IPredictor
    {
        public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
        {
            network.Predict(input, timestep, output);
            // One vectorised pass: the largest magnitude is NaN where any element is, and infinite where any is.
            if (!float.IsFinite(TensorPrimitives.MaxMagnitude(output)))
            {
                throw new ModelOutputException(run.plan.StepAt(run.asked) + 1, run.plan.Steps.Count, run.calls, timestep);
            }
        }
    }
}
