using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights.Adapters;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>What models an adapter, a ControlNet, an autoencoder or a guide goes with, as its files tell.</summary>
internal static class AssetFacts
{
    private const int OpenChannels = 4;
    private const float SmallScaling = 0.18215f;
    private const float LargeScaling = 0.13025f;

    /// <summary>Bases of models (<see cref="ModelDescription.Base"/>); none where the files do not tell.</summary>
    /// <exception cref="ModelFolderException">They cannot be read.</exception>
    public static IReadOnlyList<string> Fits(Contents contents) => ModelFolder.Refusing<IReadOnlyList<string>>(() => contents.Kind switch
    {
        ModelKinds.Lora => Lora(contents.Path),
        ModelKinds.ControlNet => Named(ControlNetFolder.Read(contents.Path).Config.Unet.ContextWidth),
        ModelKinds.Vae => Vae(contents.Path),
        ModelKinds.Guide => Guide(contents.Path),
        _ => [],
    });

    private static string[] Lora(string path)
    {
        using var file = LoraFile.Open(path);
        return file.ContextWidth is { } width ? Named(width) : [];
    }

    // Whatever gives pictures, or states of a classifier's channels, which no name stands for. But it must be one.
    private static string[] Guide(string path)
    {
        _ = GuideFolder.Read(path);
        return [];
    }

    private static string[] Named(params long[] widths) => [.. widths.Select(ModelBase.Of).OfType<string>()];

    // Stable Diffusion 1 and 2 share an autoencoder's shapes with XL, whose latents are only scaled differently; a single file does not say how.
    private static string[] Vae(string path)
    {
        if (File.Exists(path) || IAutoencoderConfig.Read(Path.Combine(path, "config.json")) is not { LatentChannels: OpenChannels } config)
        {
            return [];
        }

        return config.ScalingFactor switch
        {
            SmallScaling => Named(768, 1024),
            LargeScaling => Named(2048, 1280),
            _ => [],
        };
    }
}
