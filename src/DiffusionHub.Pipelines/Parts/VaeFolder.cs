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
        var at = module.Length == 0 ? "" : module + "/";
        var config = folder.Config($"{at}config.json", AutoencoderKlConfig.Read);
        var weights = WeightFiles.Find(folder, module.Length == 0 ? "." : module, WeightFiles.Diffusers);
        return new VaePart(config.LatentChannels, config.Factor, config.ScalingFactor)
        {
            LoadDecoder = () => folder.Load(weights, set => AutoencoderKlGraphs.Decoder(config, set)),
            LoadEncoder = () => folder.Load(weights, set => AutoencoderKlGraphs.Encoder(config, set)),
        };
    }
}
