using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>An autoencoder in a folder: a model's own, or one that stands alone.</summary>
internal static class VaeFolder
{
    /// <summary>The autoencoder at a path.</summary>
    /// <exception cref="ModelFolderException">There is none, or it cannot be used.</exception>
    public static VaePart Read(string path) => Read(new ModelFolder(path), "");

    /// <summary>The autoencoder in <paramref name="module"/> of a model's folder.</summary>
    /// <exception cref="ModelFolderException">There is none, or it cannot be used.</exception>
    public static VaePart Read(ModelFolder folder, string module)
    {
        var config = folder.Config(Path.Combine(module, "config.json"), IAutoencoderConfig.Read);
        var weights = WeightFiles.Find(folder, module, WeightFiles.Diffusers);
        return new VaePart(config.LatentChannels, config.Factor, config.ScalingFactor)
        {
            Shift = config.ShiftFactor,
            LoadDecoder = () => folder.Load(weights, config.Decoder),
            LoadEncoder = () => folder.Load(weights, config.Encoder),
        };
    }
}
