using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Previews;

/// <summary>Loads the small autoencoder (TAESD: Bohan 2023, <c>AutoencoderTiny</c>) that shows a model's latents.</summary>
internal static class TinyDecoder
{
    private const string Config = "config.json";
    private static readonly string[] Folders = ["preview_decoder", "taesd"];

    /// <summary>Loads the one in the model's folder, or the one in the same catalogue whose card says that it fits the model; null where there is none.</summary>
    /// <param name="source">The model.</param>
    /// <param name="vae">Its own autoencoder.</param>
    /// <param name="modelBase">What parts must fit, such as <c>StableDiffusion 1</c>; null: not known.</param>
    /// <exception cref="ModelFolderException">That in the model's folder cannot be used.</exception>
    public static LatentDecoder? Load(ModelSource source, VaePart vae, string? modelBase)
    {
        if (vae.LoadDecoder is null)
        {
            return null;
        }

        if ((source.IsFile ? source.Entry : source.Path) is { } place && Array.Find(Folders, name => File.Exists(Path.Combine(place, name, Config))) is { } module)
        {
            var folder = new ModelFolder(place);
            var own = VaeFolder.Read(folder, module);
            return own.Channels == vae.Channels && own.Factor == vae.Factor
                ? Loaded(own)
                : throw ModelFolderException.Unsupported(folder.File(Path.Combine(module, Config)), "latent_channels", $"{own.Channels} (1/{own.Factor})", $"{vae.Channels} (1/{vae.Factor})");
        }

        return source.Entry is { } entry && modelBase is not null && Path.GetDirectoryName(entry) is { } catalogue
            ? new ModelFolders([catalogue]).Entries.Where(other => other.Kind == ModelKinds.Vae && other.Fault is null)
                .Select(other => OfEntry(other.Path, vae, modelBase)).FirstOrDefault(found => found is not null)
            : null;
    }

    // The tensors of those for Stable Diffusion and for SDXL are alike, and the colours are not: only what states it is taken.
    private static LatentDecoder? OfEntry(string entry, VaePart vae, string modelBase)
    {
        try
        {
            var source = ModelSource.OfEntry(entry);
            return !source.IsFile && source.Card.Fits.Contains(modelBase)
                && source.Folder.Config(Config, IAutoencoderConfig.Read) is AutoencoderTinyConfig tiny && tiny.LatentChannels == vae.Channels && tiny.Factor == vae.Factor
                ? Loaded(VaeFolder.Read(source.Folder, ""))
                : null;
        }
        catch (ModelFolderException)
        {
            // Another entry's fault, which the catalogue tells of: the model does without.
            return null;
        }
    }

    private static LatentDecoder Loaded(VaePart part) => new(part.LoadDecoder?.Invoke(), part);
}
