using System.Diagnostics;
using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Inversion;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Inversion;

/// <summary>
/// DOODL (Wallace et al. 2023, "End-to-End Diffusion Latent Optimization Improves Classifier Guidance"): the first latents are bettered by the slope
/// of a loss on the finished pictures, through every step of the way. No state of the way is kept: EDICT undoes each step on the way back.
/// </summary>
internal sealed class LatentOptimization(CoupledRuns model, PictureRequest request, IPictureLoss loss)
{
    /// <summary>Told of each round: its number from 1, and the loss of both pictures of the pair before it.</summary>
    public Action<int, double>? AfterRound { get; init; }

    public PictureBatch Run(StepWatch.Render preview, StepObserver? afterStep, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var guide = request.Guide!;
        var conditioning = model.Encode(request, request.Prompt);
        var encoded = Stopwatch.GetTimestamp();

        var shape = model.Shape(request);
        var noise = Generators.Of(request);
        var latents = Array.ConvertAll(InitialLatents.Draw(noise, shape, scale: 1), value => (double)value);
        var steps = model.Steps(new InversionSettings(request.Steps, Strength: 1, request.Guidance, InversionChoice.PublishedMix));
        var all = steps.Steps * ((2 * guide.Rounds) + 1);
        var progress = new StepWatch(afterStep, shape, all, second: 0).For(refining: false, preview);
        var descents = Enumerable.Range(0, shape.Count).Select(i => new LatentDescent(latents.AsMemory(i * shape.One, shape.One))).ToList();
        LatentPair pair;

        using (var unet = model.Noise(request, conditioning, shape))
        {
            using (var slopes = new Slopes(model, request, conditioning, shape, loss, cancellation))
            {
                for (var round = 0; round < guide.Rounds; round++)
                {
                    var done = 2 * round * steps.Steps;
                    pair = LatentPair.Twice(latents);
                    steps.Generate(pair, unet, PictureEditing.Tell(progress, done, all), cancellation);
                    var finished = CoupledRuns.Floats(pair.First);
                    var (value, slope) = slopes.OfPictures(pair, noise, cancellation);
                    steps.Pull(pair, slope, slopes.Unet, progress is null ? null : step => progress(new(done + steps.Steps + step, all, default), CoupledRuns.Floats(pair.First), finished), cancellation);
                    Step(descents, slope, noise, shape);
                    AfterRound?.Invoke(round + 1, value);
                }
            }

            pair = LatentPair.Twice(latents);
            steps.Generate(pair, unet, PictureEditing.Tell(progress, 2 * guide.Rounds * steps.Steps, all), cancellation);
        }

        return model.Finish(request, pair, started, encoded, cancellation);
    }

    private static void Step(List<LatentDescent> descents, LatentPair slope, GeneratorNoise noise, LatentShape shape)
    {
        var fresh = new float[shape.Length];
        noise.Fill(fresh);
        for (var i = 0; i < descents.Count; i++)
        {
            var at = i * shape.One;
            descents[i].Step(slope.First.AsSpan(at, shape.One), slope.Second.AsSpan(at, shape.One), fresh.AsSpan(at, shape.One));
        }
    }
}
