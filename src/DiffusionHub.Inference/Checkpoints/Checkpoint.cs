using DiffusionHub.Inference.Checkpoints.Parts;
using DiffusionHub.Inference.Graphs.ControlNet;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints;

/// <summary>
/// A model in a single file, in the names of the code that it was first published with (latent diffusion, generative-models, OpenCLIP),
/// or a part of one. What it is, the tensors tell; the parts are seen under diffusers' names where they lie in the file, so that graphs
/// are written over them as over a folder of diffusers'.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private readonly SafetensorsFile file;

    private Checkpoint(SafetensorsFile file, CheckpointPrediction? told)
    {
        this.file = file;
        FewSteps = FileWords.FewSteps(file);
        var control = UnetPart.FindControlNet(file);
        var unet = control is null ? UnetPart.Find(file) : null;
        var vae = control is null ? VaePart.Find(file) : null;
        var text = unet is null ? null : TextPart.Family(file);
        Family = text ?? (control ?? unet)?.Family();
        Variant = unet?.Variant() ?? CheckpointVariant.TextToImage;
        Prediction = PredictionEvidence.Of(file, Family, Variant, told);
        Kind = Recognition.Kind(file, control is not null, unet is not null, vae is not null, text is not null, Family);
        TextEncoders = text is { } family ? TextPart.Find(file, family) : [];
        if (vae is not null)
        {
            (VaeWeights, Vae) = (vae, VaePart.Config(vae, VaePart.ScalingFactor(Family, Variant)));
        }

        if ((control ?? unet) is { } part)
        {
            var pooled = TextEncoders.Count > 0 ? TextEncoders[^1].Config.Projection : null;
            var config = UnetSizes.Read(part, new UnetFacts(Family!.Value, Variant, Prediction.Prediction, pooled));
            Recognition.CheckContext(file.Path, TextEncoders, config.ContextWidth);
            (Unet, UnetWeights) = control is null ? (config, part.Weights) : (null, null);
            (ControlNet, ControlNetWeights) = control is not null ? (UnetSizes.ControlNet(config, part.Weights), part.Weights) : (null, null);
        }
    }

    /// <summary>Full path of the file.</summary>
    public string Path => file.Path;

    /// <summary>What it holds.</summary>
    public CheckpointKind Kind { get; }

    /// <summary>The family that a model, a UNet or a ControlNet belongs to; null for other parts.</summary>
    public CheckpointKind? Family { get; }

    /// <summary>What its UNet takes beside noisy latents and text.</summary>
    public CheckpointVariant Variant { get; }

    /// <summary>That it needs few steps, as it says by its name or title; null: it does not say so.</summary>
    public FewSteps? FewSteps { get; }

    /// <summary>What its UNet computes.</summary>
    public PredictionEvidence Prediction { get; }

    /// <summary>Config of the UNet, or null.</summary>
    public UnetConfig? Unet { get; }

    /// <summary>Parameters of the UNet, or null.</summary>
    public WeightSet? UnetWeights { get; }

    /// <summary>Config of the ControlNet, or null.</summary>
    public ControlNetConfig? ControlNet { get; }

    /// <summary>Parameters of the ControlNet, or null.</summary>
    public WeightSet? ControlNetWeights { get; }

    /// <summary>The text encoders, in the family's order; none where one is missing.</summary>
    public IReadOnlyList<CheckpointTextEncoder> TextEncoders { get; }

    /// <summary>Config of the autoencoder, or null. Its scaling factor is that of the family; for an autoencoder alone, that of the first.</summary>
    public AutoencoderKlConfig? Vae { get; }

    /// <summary>Parameters of the autoencoder, or null.</summary>
    public WeightSet? VaeWeights { get; }

    /// <summary>What the file lacks beside a UNet to make pictures; empty where the file is no model.</summary>
    public IReadOnlyList<CheckpointPart> Missing => Unet is null ? [] :
    [
        .. TextEncoders.Count == 0 ? [CheckpointPart.TextEncoders] : (CheckpointPart[])[],
        .. Vae is null ? [CheckpointPart.Vae] : (CheckpointPart[])[],
    ];

    /// <summary>The <c>scheduler_config.json</c> that stands for the file's schedule (the tensors of that kind in it are rounded, and ignored).</summary>
    public string SchedulerConfigJson => SchedulerJson.Of(Family, Prediction, FewSteps?.Word);

    /// <summary>Opens the file at <paramref name="path"/> and recognises it.</summary>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="prediction">What its UNet computes, where somebody knows; null: what the file tells, or the default.</param>
    /// <exception cref="ModelFileException">It cannot be read, can run code, is of no known kind, or contradicts itself.</exception>
    public static Checkpoint Open(string path, CheckpointPrediction? prediction = null)
    {
        Recognition.CheckName(path);
        var file = SafetensorsFile.Open(path);
        try
        {
            return new Checkpoint(file, prediction);
        }
        catch (ModelFileException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Unmaps the file, and so all weights.</summary>
    public void Dispose() => file.Dispose();
}
