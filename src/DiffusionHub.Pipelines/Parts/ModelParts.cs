using DiffusionHub.Inference;
using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.ControlNet;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>The parts of a model, read but not loaded: the same for a diffusers folder, an exporter's folder and a single file, so that a family need not know which it has.</summary>
internal sealed record ModelParts
{
    /// <summary>Where it is.</summary>
    public required ModelSource Source { get; init; }

    /// <summary>The diffusers class that runs it, such as <c>StableDiffusionPipeline</c>.</summary>
    public required string PipelineClass { get; init; }

    /// <summary>The file whose hash names the model: the denoiser's weights.</summary>
    public required string MainFile { get; init; }

    /// <summary>Length of all its weights in bytes.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Its training process and conventions.</summary>
    public required NoiseProcess Process { get; init; }

    /// <summary>Text encoders by number: SDXL has 1 and 2, its refiner only 2, other models of Stable Diffusion only 1, older ones none.</summary>
    public required IReadOnlyDictionary<int, TextEncoderPart> TextEncoders { get; init; }

    /// <summary>The text encoder of the first latent diffusion model with text, or null.</summary>
    public BertPart? Bert { get; init; }

    /// <summary>The denoiser.</summary>
    public required UnetPart Unet { get; init; }

    /// <summary>The autoencoder.</summary>
    public required VaePart Vae { get; init; }

    /// <summary>Its own ControlNet, or null.</summary>
    public ControlNetPart? ControlNet { get; init; }

    /// <summary>Whether an absent negative prompt is zeros instead of an empty text (SDXL).</summary>
    public bool ForceZerosForEmptyPrompt { get; init; }

    /// <summary>That it was distilled to few steps, where it says so.</summary>
    public FewSteps? FewSteps { get; init; }

    /// <summary>Whether it walks a discrete process in small steps, as exact inversion does: not where it was distilled with its guidance scale.</summary>
    public bool WalksInSmallSteps => Unet.Traits.GuidanceWidth is null && Process.Discrete;

    /// <summary>Shape of a request's latents.</summary>
    public LatentShape Shape(PictureRequest request) => new(request.Count, Vae.Channels, request.Height / Vae.Factor, request.Width / Vae.Factor);

    /// <summary>The text encoder of that number.</summary>
    /// <exception cref="ModelFolderException">It has none.</exception>
    public TextEncoderPart TextEncoder(int number) => TextEncoders.TryGetValue(number, out var part)
        ? part
        : throw new ModelFolderException(ModelFolderException.Format(FolderTexts.NoTextEncoder, Source.Path, number));
}

/// <summary>A text encoder and its tokenizer.</summary>
/// <param name="Traits">Its config.</param>
/// <param name="Tokenizer">Reads the tokenizer.</param>
/// <param name="Load">Loads the graph with these adapters.</param>
internal sealed record TextEncoderPart(ClipTextConfig Traits, Func<ClipTokenizer> Tokenizer, Func<IReadOnlyList<AdapterChoice>, Graph> Load);

/// <summary>A UNet.</summary>
/// <param name="Traits">What it takes and gives.</param>
/// <param name="Load">Loads the graph.</param>
/// <param name="TakesControls">Whether it can be loaded with inputs for a ControlNet.</param>
internal sealed record UnetPart(UnetTraits Traits, Func<UnetVariant, Graph> Load, bool TakesControls = true);

/// <summary>The forms of one UNet that different requests need.</summary>
/// <param name="Adapters">What is added to its weights.</param>
/// <param name="Controlled">Whether it takes a ControlNet's residuals.</param>
internal sealed record UnetVariant(IReadOnlyList<AdapterChoice> Adapters, bool Controlled)
{
    /// <summary>Whether it gives its vector-Jacobian product too (<see cref="VjpGraph"/>), with respect to the latents.</summary>
    public bool Sloped { get; init; }

    /// <summary>Whether it calculates with float32 whatever the process does: exact inversion multiplies errors a thousand times.</summary>
    public bool Exact { get; init; }

    /// <summary>What the graph is written for: products know the portable operators alone; null: this process's device.</summary>
    public GraphDialect? Dialect => Sloped || Exact ? GraphDialect.Portable : null;

    private readonly IReadOnlyList<(PathStamp Stamp, double Weight)> stamps = PathStamp.Of(Adapters);

    /// <summary>Whether a graph that was loaded for the other serves this one too.</summary>
    public bool Fits(UnetVariant? other) => other is not null && other.Controlled == Controlled && other.Sloped == Sloped && (other.Exact == Exact || InferenceRuntime.Precision == Precision.Float32)
        && other.stamps.SequenceEqual(stamps);

    /// <summary>The UNet's graph in this form.</summary>
    public WrittenGraph Of(WrittenGraph unet) => Sloped ? VjpGraph.Write(unet, "sample", "out_sample") : unet;
}

/// <summary>An autoencoder.</summary>
/// <param name="Channels">Channels of a latent.</param>
/// <param name="Factor">Pixels that a latent's side stands for.</param>
/// <param name="ScalingFactor">What a latent is multiplied by for the UNet.</param>
internal sealed record VaePart(int Channels, int Factor, float ScalingFactor)
{
    /// <summary>Of models of pixels, which need none: their states are pictures.</summary>
    public static VaePart Pixels(int channels) => new(channels, Factor: 1, ScalingFactor: 1) { LoadDecoder = null };

    /// <summary>Subtracted from a latent before it is scaled.</summary>
    public float Shift { get; init; }

    /// <summary>Loads the decoder; null where the state is the picture itself.</summary>
    public required Func<Graph>? LoadDecoder { get; init; }

    /// <summary>Loads the decoder with its vector-Jacobian product; null where its graph was not written by the hub.</summary>
    public Func<Graph>? LoadDecoderSlope { get; init; }

    /// <summary>The decoder's graph with that product.</summary>
    public static WrittenGraph Sloped(WrittenGraph decoder) => VjpGraph.Write(decoder, "latent_sample", "sample");

    /// <summary>Loads the encoder; null where the model has none.</summary>
    public Func<Graph>? LoadEncoder { get; init; }
}

/// <summary>A ControlNet.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Config">Its config.</param>
/// <param name="Load">Loads the graph.</param>
internal sealed record ControlNetPart(string Path, ControlNetConfig Config, Func<Graph> Load);
