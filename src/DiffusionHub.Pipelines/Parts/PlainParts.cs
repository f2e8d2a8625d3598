using DiffusionHub.Inference.Graphs.PlainUnet;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>The parts of a diffusers folder whose UNet knows no texts: with an autoencoder of codes, or with none, for pictures as they are.</summary>
internal static class PlainParts
{
    private const string Unet = "unet";
    private const string Vae = "vqvae";
    private const string Config = "config.json";

    /// <exception cref="ModelFolderException">A file is missing, truncated, or asks for what the hub cannot do.</exception>
    public static ModelParts Read(ModelSource source, ModelIndex index)
    {
        var folder = source.Folder;
        // The first models were published without folders for their parts.
        var module = folder.Has($"{Unet}/{Config}") || !folder.Has(Config) ? Unet : "";
        var file = Path.Combine(module, Config);
        var config = folder.Config(file, PlainUnetConfig.Read);
        var weights = new List<string> { WeightFiles.Find(folder, module, WeightFiles.Diffusers) };
        var vae = VaePart.Pixels(config.InChannels);
        if (index.Vqvae is not null)
        {
            vae = VaeFolder.Read(folder, Vae);
            weights.Add(WeightFiles.Find(folder, Vae, WeightFiles.Diffusers));
        }

        CheckChannels(folder.File(file), config, vae);
        return new ModelParts
        {
            Source = source,
            PipelineClass = index.ClassName,
            MainFile = folder.File(weights[0]),
            WeightBytes = weights.Sum(folder.WeightBytes),
            Process = NoiseProcess.Read(folder),
            TextEncoders = new Dictionary<int, TextEncoderPart>(),
            Unet = new UnetPart(Traits(folder, file, config), variant => Plain(variant, () => folder.Load(weights[0], set => variant.Of(PlainUnetGraph.Write(config, set)))), TakesControls: false),
            Vae = vae,
        };
    }

    private static UnetTraits Traits(ModelFolder folder, string file, PlainUnetConfig config)
    {
        var names = ClassNames.Read(folder, ModelIndex.FileName, file);
        var classes = config.Classes switch
        {
            UnetClasses.None => 0,
            UnetClasses.Table => config.ClassCount,
            _ => throw ModelFolderException.Unsupported(folder.File(file), "class_embed_type", config.Classes.ToString(), "null"),
        };
        return new UnetTraits(config.InChannels, config.OutChannels, Math.Max(config.Height, config.Width))
        {
            ContextWidth = 0,
            AttentionFactor = 1 << config.Levels.TakeWhile((level, i) => !level.DownAttention && !level.UpAttention && i < config.Levels.Count - 1).Count(),
            Classes = classes,
            ClassNames = names.Count <= classes ? names : [.. names.Take(classes)],
        };
    }

    // What is denoised is what comes out, and beside it what the network says of variances.
    private static void CheckChannels(string file, PlainUnetConfig config, VaePart vae)
    {
        if (vae.LoadDecoder is null && config.InChannels is not (1 or 3))
        {
            throw ModelFolderException.Unsupported(file, "in_channels", $"{config.InChannels}", "1, 3");
        }

        if ((config.OutChannels != vae.Channels && config.OutChannels != 2 * vae.Channels) || config.InChannels < vae.Channels)
        {
            throw ModelFolderException.Unsupported(file, "out_channels", $"{config.OutChannels}", $"{vae.Channels}, {2 * vae.Channels}");
        }
    }

    private static Inference.Graph Plain(UnetVariant variant, Func<Inference.Graph> load) =>
        variant.Adapters.Count > 0 ? throw new UnfitRequestException("loras", PipelineTexts.NoAdapters)
        : variant.Controlled ? throw new UnfitRequestException("control", PipelineTexts.NoControlInputs)
        : load();
}
