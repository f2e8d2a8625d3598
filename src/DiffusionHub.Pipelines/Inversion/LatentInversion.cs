using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Sampling.Inversion;

namespace DiffusionHub.Pipelines.Inversion;

/// <summary>EDICT on latents, without pictures: for checks and measurements.</summary>
public sealed class LatentInversion : IDisposable
{
    private readonly LatentPipeline pipeline;

    /// <summary>Takes a model over.</summary>
    /// <exception cref="UnfitRequestException">It cannot be inverted.</exception>
    public LatentInversion(IPipeline model)
    {
        ArgumentNullException.ThrowIfNull(model);
        pipeline = model as LatentPipeline ?? throw new UnfitRequestException("inversion", PipelineTexts.NoInversion);
    }

    /// <summary>The shape of one picture's latents.</summary>
    /// <param name="side">Width and height of the picture; null for the model's own.</param>
    public LatentShape Shape(int? side = null) => pipeline.Coupled.Shape(Request("", new(1, 1, 1, 1)) with { Width = side ?? pipeline.Description.DefaultSide, Height = side ?? pipeline.Description.DefaultSide });

    /// <summary>From latents of pictures to their noise, in place.</summary>
    /// <param name="pair">Latents as the UNet knows them.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="caption">What the pictures show.</param>
    /// <param name="settings">The steps.</param>
    /// <param name="afterStep">Told of each step.</param>
    public void Invert(LatentPair pair, LatentShape shape, string caption, InversionSettings settings, PairCallback? afterStep = null)
    {
        var (steps, unet) = Begin(shape, caption, settings);
        using (unet)
        {
            steps.Invert(pair, unet, afterStep);
        }
    }

    /// <summary>From noise to latents of pictures, in place.</summary>
    /// <inheritdoc cref="Invert"/>
    public void Generate(LatentPair pair, LatentShape shape, string caption, InversionSettings settings, PairCallback? afterStep = null)
    {
        var (steps, unet) = Begin(shape, caption, settings);
        using (unet)
        {
            steps.Generate(pair, unet, afterStep);
        }
    }

    /// <summary>Unloads the model.</summary>
    public void Dispose() => pipeline.Dispose();

    private (Edict Steps, UnetNoise Unet) Begin(LatentShape shape, string prompt, InversionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(settings);
        var request = Request(prompt, settings) with { Width = shape.Width * pipeline.Coupled.Parts.Vae.Factor, Height = shape.Height * pipeline.Coupled.Parts.Vae.Factor };
        return (pipeline.Coupled.Steps(settings), pipeline.Coupled.Noise(request, pipeline.Coupled.Encode(request, prompt), shape));
    }

    private static PictureRequest Request(string prompt, InversionSettings settings) =>
        new() { Prompt = prompt, Seed = 0, Steps = settings.Steps, Guidance = settings.Guidance, Width = 0, Height = 0 };
}
