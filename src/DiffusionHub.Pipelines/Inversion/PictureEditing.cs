using System.Diagnostics;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Inversion;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Samplers;

namespace DiffusionHub.Pipelines.Inversion;

/// <summary>
/// Editing by inversion (Wallace et al. 2022, section 4.3): a picture is traced back to its noise with its caption and made again with the prompt.
/// Both of the pair begin as the mean of the autoencoder's distribution; the picture is that of the first.
/// </summary>
internal static class PictureEditing
{
    public static PictureBatch Run(CoupledRuns model, PictureRequest request, StepWatch.Render preview, StepObserver? afterStep, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var choice = request.Inversion!;
        var (caption, prompt) = (model.Encode(request, choice.Caption), model.Encode(request, request.Prompt));
        var encoded = Stopwatch.GetTimestamp();

        var shape = model.Shape(request);
        var steps = model.Steps(new InversionSettings(request.Steps, request.Strength, request.Guidance, choice.Mix));
        var progress = new StepWatch(afterStep, shape, 2 * steps.Steps, second: 0).For(refining: false, preview);
        var start = model.Graphs.Encoder(request.Vae).Encode(PicturePlanes.Signed(request.Init!), shape, new GeneratorNoise(new NoNoise()));
        var pair = LatentPair.Twice(Array.ConvertAll(start, value => (double)value));
        using (var unet = model.Noise(request, caption, shape))
        {
            steps.Invert(pair, unet, Tell(progress, done: 0), cancellation);
        }

        using (var unet = model.Noise(request, prompt, shape))
        {
            steps.Generate(pair, unet, Tell(progress, steps.Steps), cancellation);
        }

        return model.Finish(request, pair, started, encoded, cancellation);
    }

    /// <summary>Tells a walk's steps to who watches the run; what is written there does not come back.</summary>
    /// <param name="progress">Who watches, or null.</param>
    /// <param name="done">Steps before the walk.</param>
    /// <param name="all">Steps of the run, where the watch does not know.</param>
    public static PairCallback? Tell(StepCallback? progress, int done, int? all = null) => progress is null ? null : (step, steps, pair, clean) =>
        progress(new StepReport(done + step, all ?? (2 * steps), default), CoupledRuns.Floats(pair.First), CoupledRuns.Floats(clean));

    // The mean of the distribution instead of a sample.
    private sealed class NoNoise : INoiseSource
    {
        public void Normal(Span<float> values) => values.Clear();
    }
}
