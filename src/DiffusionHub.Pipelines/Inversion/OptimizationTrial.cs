using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Inversion;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Pipelines.Inversion;

/// <summary>What can be measured of a round of latent optimisation.</summary>
public enum OptimizationPart
{
    /// <summary>One estimate of the noise, guidance included.</summary>
    UnetForward,

    /// <summary>The estimate and its slope.</summary>
    UnetGradient,

    /// <summary>One picture.</summary>
    DecoderForward,

    /// <summary>The picture and the slope of its latents.</summary>
    DecoderGradient,

    /// <summary>The forward passes of a round: all steps of the pair, and both pictures.</summary>
    Forward,

    /// <summary>A whole round.</summary>
    Round,
}

/// <summary>The parts of a round of latent optimisation (DOODL) with a loss that costs nothing: for measurements.</summary>
public sealed class OptimizationTrial : IDisposable
{
    private readonly CoupledRuns model;
    private readonly Edict steps;
    private readonly NoiseLevel level;
    private readonly LatentShape shape;
    private readonly UnetNoise? unet;
    private readonly Slopes? slopes;
    private readonly LatentDecoder? decoder;
    private readonly GeneratorNoise noise;
    private readonly double[] latents;

    /// <summary>Loads what a part needs, and no more.</summary>
    /// <param name="pipeline">A latent model; it must outlive this.</param>
    /// <param name="request">Size, steps and guidance, and the texts.</param>
    /// <param name="part">The part.</param>
    /// <exception cref="UnfitRequestException">The model's gradients are not known.</exception>
    public OptimizationTrial(IPipeline pipeline, PictureRequest request, OptimizationPart part)
    {
        ArgumentNullException.ThrowIfNull(request);
        model = (pipeline as LatentPipeline ?? throw new UnfitRequestException("inversion", PipelineTexts.NoInversion)).Coupled;
        request = request with { Guide = new GuideChoice("none") };
        shape = model.Shape(request);
        var plan = model.Schedule.Levels.Plan(request.Steps);
        level = plan.Steps[plan.Steps.Count / 2].From;
        steps = model.Steps(new InversionSettings(request.Steps, Strength: 1, request.Guidance, InversionChoice.PublishedMix));
        var conditioning = model.Encode(request, request.Prompt);
        noise = Generators.Of(request);
        latents = Array.ConvertAll(InitialLatents.Draw(noise, shape, scale: 1), value => (double)value);
        unet = part is OptimizationPart.UnetGradient or OptimizationPart.DecoderForward or OptimizationPart.DecoderGradient ? null : model.Noise(request, conditioning, shape);
        decoder = part is OptimizationPart.DecoderForward or OptimizationPart.Forward ? model.Graphs.Decoder(request.Vae) : null;
        slopes = part is OptimizationPart.UnetGradient or OptimizationPart.DecoderGradient or OptimizationPart.Round ? new Slopes(model, request, conditioning, shape, new Brightness()) : null;
    }

    /// <summary>Runs the part that it was made for.</summary>
    public void Run(OptimizationPart part, CancellationToken cancellation)
    {
        var (pair, answer, slope) = (LatentPair.Twice(latents), new double[shape.Length], new double[shape.Length]);
        switch (part)
        {
            case OptimizationPart.UnetForward:
                unet!.Estimate(latents, level, answer);
                break;
            case OptimizationPart.UnetGradient:
                slopes!.Unet.Estimate(latents, level, latents, answer, slope);
                break;
            case OptimizationPart.DecoderForward:
                decoder!.Decode(CoupledRuns.Floats(latents), shape, cancellation: cancellation);
                break;
            case OptimizationPart.DecoderGradient:
                slopes!.OfPictures(latents, noise, cancellation);
                break;
            case OptimizationPart.Forward:
                steps.Generate(pair, unet!, cancellation: cancellation);
                decoder!.Decode(CoupledRuns.Floats(pair.First), shape, cancellation: cancellation);
                decoder.Decode(CoupledRuns.Floats(pair.Second), shape, cancellation: cancellation);
                break;
            default:
                steps.Generate(pair, unet!, cancellation: cancellation);
                steps.Pull(pair, slopes!.OfPictures(pair, noise, cancellation).Slope, slopes.Unet, cancellation: cancellation);
                break;
        }
    }

    /// <summary>Unloads what only this needed.</summary>
    public void Dispose()
    {
        unet?.Dispose();
        slopes?.Dispose();
    }

    private sealed class Brightness : IPictureLoss
    {
        public double Evaluate(ReadOnlySpan<float> pictures, int count, int height, int width, Span<float> gradient, GeneratorNoise noise)
        {
            gradient.Fill(1f / gradient.Length);
            return 0;
        }

        public void Dispose()
        {
        }
    }
}
