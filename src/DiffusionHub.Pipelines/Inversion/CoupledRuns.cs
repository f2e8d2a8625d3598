using System.Diagnostics;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Inversion;
using DiffusionHub.Sampling.Stages;

namespace DiffusionHub.Pipelines.Inversion;

/// <summary>EDICT with a model's parts: the coupled steps of a request, and the UNet that walks them.</summary>
/// <param name="parts">The model.</param>
/// <param name="conditioner">Encodes prompts.</param>
/// <param name="graphs">Its graphs.</param>
internal sealed class CoupledRuns(ModelParts parts, IConditioner conditioner, LatentGraphs graphs)
{
    private readonly InversionSchedule schedule = parts.Process.Inversion();

    public ModelParts Parts => parts;

    public LatentGraphs Graphs => graphs;

    public InversionSchedule Schedule => schedule;

    /// <summary>The coupled steps.</summary>
    public Edict Steps(InversionSettings settings) => new(ImageToImage.Plan(schedule.Levels, settings.Steps, settings.Strength).Steps, settings.Mix);

    /// <summary>What the UNet is told by a prompt in a request's place.</summary>
    /// <exception cref="UnfitRequestException">It has more chunks than the UNet takes.</exception>
    public Conditioning Encode(PictureRequest request, string prompt)
    {
        var conditioning = conditioner.Encode(request with { Prompt = prompt });
        RequestFit.CheckTokens(conditioning, parts);
        return conditioning;
    }

    /// <summary>The UNet under that.</summary>
    public UnetNoise Noise(PictureRequest request, Conditioning conditioning, LatentShape shape) =>
        new(graphs.Unet(new UnetVariant(request.Adapters, Controlled: false) { Exact = true }), shape, conditioning, request.Guidance, schedule.Prediction);

    /// <summary>Shape of a request's latents.</summary>
    public LatentShape Shape(PictureRequest request) => parts.Shape(request);

    /// <summary>The finished pictures, those of the first of a pair.</summary>
    /// <param name="request">The request.</param>
    /// <param name="pair">The pair at the end of its way.</param>
    /// <param name="started">When the run began, as <see cref="Stopwatch"/> counts.</param>
    /// <param name="encoded">When its prompts were encoded.</param>
    /// <param name="cancellation">Looked at between pictures.</param>
    public PictureBatch Finish(PictureRequest request, LatentPair pair, long started, long encoded, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var denoised = Stopwatch.GetTimestamp();
        var pictures = graphs.Decoder(request.Vae).Decode(Floats(pair.First), Shape(request), cancellation: cancellation);
        return new PictureBatch(pictures, request.Count, request.Width, request.Height, new RunTimings(
            Stopwatch.GetElapsedTime(started, encoded), Stopwatch.GetElapsedTime(encoded, denoised), Stopwatch.GetElapsedTime(denoised)));
    }

    /// <summary>The first of a pair as floats, for the decoder.</summary>
    public static float[] Floats(ReadOnlySpan<double> latents)
    {
        var floats = new float[latents.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(latents, floats);
        return floats;
    }
}
