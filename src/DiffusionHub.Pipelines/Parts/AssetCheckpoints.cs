using DiffusionHub.Inference;
using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Inference.Graphs.ControlNet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>ControlNets and autoencoders that stand alone in a single file, which brings no config.</summary>
internal static class AssetCheckpoints
{
    private const float LargeScaling = 0.13025f;
    private static readonly int[] PictureWidths = [16, 32, 96, 256];

    /// <exception cref="ModelFolderException">It cannot be used, or is something else.</exception>
    public static ControlNetPart ControlNet(string path) => ModelFolder.Refusing(() =>
    {
        using var file = Checkpoint.Open(path);
        Require(file, CheckpointKind.ControlNet);
        var config = new ControlNetConfig { Unet = file.ControlNet!, PictureChannels = 3, PictureWidths = PictureWidths, BlueFirst = false };
        return new ControlNetPart(file.Path, config, () => Load(path, opened => ControlNetGraph.Write(config, opened.ControlNetWeights!)));
    });

    /// <exception cref="ModelFolderException">It cannot be used, or is something else.</exception>
    public static VaePart Vae(string path) => ModelFolder.Refusing(() =>
    {
        using var file = Checkpoint.Open(path);
        Require(file, CheckpointKind.Vae);
        var config = file.Vae!;
        return new VaePart(config.LatentChannels, config.Factor, IsLarge(path) ? LargeScaling : config.ScalingFactor)
        {
            LoadDecoder = () => Load(path, opened => AutoencoderKlGraphs.Decoder(opened.Vae!, opened.VaeWeights!)),
            LoadEncoder = () => Load(path, opened => AutoencoderKlGraphs.Encoder(opened.Vae!, opened.VaeWeights!)),
        };
    });

    /// <summary>
    /// Whether an autoencoder is SDXL's: it has the shapes of the first Stable Diffusion's, so that only what people wrote tells.
    /// </summary>
    public static bool IsLarge(string path)
    {
        var metadata = SafetensorsHeader.Read(path).Metadata;
        return metadata.GetValueOrDefault("modelspec.architecture", Path.GetFileNameWithoutExtension(path)).Contains("xl", StringComparison.OrdinalIgnoreCase);
    }

    private static void Require(Checkpoint file, CheckpointKind kind)
    {
        if (file.Kind != kind)
        {
            throw new ModelFolderException(ModelFolderException.Format(FolderTexts.OtherKind, file.Path, file.Kind, kind));
        }
    }

    private static Graph Load(string path, Func<Checkpoint, Inference.Graphs.WrittenGraph> write) => ModelFolder.Refusing(() =>
    {
        using var opened = Checkpoint.Open(path);
        return Graph.Load(write(opened));
    });
}
