using DiffusionHub.Inference;
using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>An autoencoder: in a model's folder, in one of its own, or in a single file.</summary>
internal static class VaeFolder
{
    /// <summary>The autoencoder at a path.</summary>
    /// <param name="path">A folder or a file.</param>
    /// <param name="scalingFactor">That of the model that it is for, since a file alone does not tell.</param>
    /// <exception cref="ModelFolderException">There is none, or it cannot be used.</exception>
    public static VaePart Read(string path, float scalingFactor) => File.Exists(path) ? ReadFile(path, scalingFactor) : Read(new ModelFolder(path), "");

    /// <summary>The autoencoder in <paramref name="module"/> of a model's folder.</summary>
    /// <exception cref="ModelFolderException">There is none, or it cannot be used.</exception>
    public static VaePart Read(ModelFolder folder, string module)
    {
        var config = folder.Config(Path.Combine(module, "config.json"), IAutoencoderConfig.Read);
        var weights = WeightFiles.Find(folder, module, WeightFiles.Diffusers);
        return new VaePart(config.LatentChannels, config.Factor, config.ScalingFactor)
        {
            Shift = config.ShiftFactor,
            LoadDecoder = () => folder.Load(weights, set => config.Decoder(set)),
            // From a latent to the code nearest to it there is no slope.
            LoadDecoderSlope = config is VqModelConfig ? null : () => folder.Load(weights, set => VaePart.Sloped(config.Decoder(set, GraphDialect.Portable))),
            LoadEncoder = () => folder.Load(weights, set => config.Encoder(set)),
        };
    }

    private static VaePart ReadFile(string path, float scalingFactor) => ModelFolder.Refusing(() =>
    {
        using var file = Checkpoint.Open(path);
        var config = file.Vae ?? throw new ModelFolderException(ModelFolderException.Format(FolderTexts.NotThatKind, path, file.Kind, CheckpointKind.Vae));
        return new VaePart(config.LatentChannels, config.Factor, scalingFactor)
        {
            LoadDecoder = () => Load(opened => AutoencoderKlGraphs.Decoder(config, opened.VaeWeights!)),
            LoadDecoderSlope = () => Load(opened => VaePart.Sloped(AutoencoderKlGraphs.Decoder(config, opened.VaeWeights!, GraphDialect.Portable))),
            LoadEncoder = () => Load(opened => AutoencoderKlGraphs.Encoder(config, opened.VaeWeights!)),
        };

        Graph Load(Func<Checkpoint, Inference.Graphs.WrittenGraph> write) => ModelFolder.Refusing(() =>
        {
            using var opened = Checkpoint.Open(path);
            return Graph.Load(write(opened));
        });
    });
}
