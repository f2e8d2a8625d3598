using DiffusionHub.Imaging;
using DiffusionHub.Sampling.Samplers;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>Makes one count of steps out of one or two models' calls, or of the pieces of each call where pictures are large.</summary>
/// <param name="observer">Who watches, or null.</param>
/// <param name="shape">Shape of the latents.</param>
/// <param name="first">Calls of the first model.</param>
/// <param name="second">Calls of the second.</param>
/// <param name="pieces">Pieces of a call.</param>
internal sealed class StepWatch(StepObserver? observer, LatentShape shape, int first, int second, int pieces = 1)
{
    private int calls;
    private int all = first + second;
    private float[]? estimate;

    /// <summary>Renders one picture's estimate, where that takes no longer than <paramref name="within"/>.</summary>
    public delegate RgbImage? Render(ReadOnlySpan<float> latents, TimeSpan within);

    /// <summary>What to call after each call of a model; null where nobody watches.</summary>
    public StepCallback? For(bool refining, Render render) => observer is null ? null : (in StepReport step, Span<float> x, ReadOnlySpan<float> x0) =>
    {
        estimate = x0.ToArray();
        // What an adaptive method guesses of its calls may change on the way.
        (calls, all) = refining ? (first + step.Call, first + step.Calls) : (step.Call, step.Calls + second);
        Tell(calls * pieces, x, estimate, refining, render);
    };

    /// <summary>What to call after each piece of a call, with the pieces done and the state before the call; null where nobody watches.</summary>
    public Action<int>? Within(float[] state, bool refining, Render render) =>
        observer is null ? null : done => Tell((calls * pieces) + done, state, estimate ?? state, refining, render);

    private void Tell(int done, ReadOnlySpan<float> x, float[] shown, bool refining, Render render) => observer!(
        // Where an adaptive method asks more often than it guessed, its last guess grows with it.
        new StepProgress(done, Math.Max(done, all * pieces), x, shape, (image, within) => render(shown.AsSpan(image * shape.One, shape.One), within)) { Refining = refining });
}
