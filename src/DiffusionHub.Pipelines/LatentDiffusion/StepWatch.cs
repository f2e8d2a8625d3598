using DiffusionHub.Imaging;
using DiffusionHub.Sampling.Samplers;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>Makes one count of steps out of one or two models' calls.</summary>
internal sealed class StepWatch(StepObserver? observer, LatentShape shape, int first, int second)
{
    /// <summary>Renders one picture's estimate.</summary>
    public delegate RgbImage Render(ReadOnlySpan<float> latents);

    /// <summary>What to call after each call of a model; null where nobody watches.</summary>
    public StepCallback? For(bool refining, Render render) => observer is null ? null : (in StepReport step, Span<float> x, ReadOnlySpan<float> x0) =>
    {
        var estimate = x0.ToArray();
        // What an adaptive method guesses of its calls may change on the way.
        var (done, all) = refining ? (first + step.Call, first + step.Calls) : (step.Call, step.Calls + second);
        observer(new StepProgress(done, all, x, shape, image => render(estimate.AsSpan(image * shape.One, shape.One))) { Refining = refining });
    };
}
