using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families;

/// <summary>What a family's models get when neither the model's card nor the request says.</summary>
/// <param name="Steps">Sampling steps.</param>
/// <param name="Guidance">Classifier-free guidance scale.</param>
internal sealed record FamilyDefaults(int Steps, double Guidance)
{
    /// <summary>Most steps.</summary>
    public int MostSteps { get; init; } = 150;

    /// <summary>Largest side in pixels, unless the model was trained on a larger one.</summary>
    public int LargestSide { get; init; } = 2048;
}

/// <summary>Describes a latent diffusion model.</summary>
internal static class LatentDescription
{
    private const int SmallestSide = 64;

    public static ModelDescription Of(ModelParts parts, string family, FamilyDefaults defaults)
    {
        var card = parts.Source.Card;
        var process = parts.Process;
        var samplers = process.Samplers;
        var most = card.Limits.Steps ?? defaults.MostSteps;
        var side = parts.Unet.Traits.SampleSize * parts.Vae.Factor;
        var (smallest, largest) = (card.Limits.MinSide ?? Math.Min(side, SmallestSide), card.Limits.MaxSide ?? Math.Max(side, defaults.LargestSide));
        var steps = card.Defaults.Steps ?? Math.Min(defaults.Steps, most);
        // A card that states one of two is checked against what the model has for the other.
        Require(parts.Source, "limits.minSide", smallest, largest);
        Require(parts.Source, "defaults.steps", steps, most);
        return new ModelDescription
        {
            Name = card.Id ?? parts.Source.Name,
            Family = family,
            Hash = parts.Source.HashOf(parts.MainFile),
            Tasks = Tasks(parts),
            Samplers = [.. samplers.Select(s => s.Name).OrderBy(name => name == (card.Defaults.Sampler ?? process.Own) ? 0 : 1)],
            Schedules = [.. process.Schedules.Select(c => c.Name)],
            SamplersWithSchedules = [.. samplers.Where(s => s.TakesCurves).Select(s => s.Name)],
            SamplerMaxSteps = samplers.Where(s => process.MostSteps(s) < most).ToDictionary(s => s.Name, process.MostSteps, StringComparer.Ordinal),
            DefaultSteps = steps,
            MaxSteps = most,
            DefaultGuidance = card.Defaults.Guidance ?? defaults.Guidance,
            DefaultSide = side,
            MinSide = smallest,
            MaxSide = largest,
            SideMultiple = parts.Vae.Factor,
            // Weights as float32 from float16, and as much again for activations.
            MemoryBytes = card.MemoryBytes ?? parts.WeightBytes * 4,
            Licence = card.Licence,
            MaxClipSkip = parts.TextEncoders.Values.Select(encoder => encoder.Traits.Layers).DefaultIfEmpty(1).Min() - 1,
            Base = ModelBase.Of(parts.Unet.Traits.ContextWidth),
            TakesAdapters = parts.TextEncoders.Count > 0,
            TakesControlNets = parts.Unet.TakesControls,
            HasControlNet = parts.ControlNet is not null,
            TakesGuides = parts.Vae is { LoadDecoder: null } or { LoadDecoderSlope: not null },
        };
    }

    /// <summary>The description of a model that can be inverted where it can begin with pictures and walks the whole way in small steps.</summary>
    public static ModelDescription Editable(ModelDescription description, ModelParts parts) =>
        description.Tasks.Contains(KnownTasks.ImageToImage) && parts.WalksInSmallSteps ? description with { Tasks = [.. description.Tasks, KnownTasks.Editing] } : description;

    /// <summary>Refuses a single file, for models of which one file cannot hold all.</summary>
    /// <exception cref="ModelFolderException">It is one.</exception>
    public static void RequireFolder(ModelParts parts)
    {
        if (parts.Source.IsFile)
        {
            throw new ModelFolderException(ModelFolderException.Format(FolderTexts.OnlyAsFolder, parts.Source.Path, parts.PipelineClass));
        }
    }

    /// <summary>Refuses a UNet that takes another number of channels beside the latents.</summary>
    /// <exception cref="ModelFolderException">It does.</exception>
    public static void RequireChannels(ModelParts parts, int beside)
    {
        var (channels, expected) = (parts.Unet.Traits.InChannels, parts.Vae.Channels + beside);
        if (channels != expected)
        {
            throw ModelFolderException.Unsupported(Config(parts), "in_channels", $"{channels}", $"{expected}");
        }
    }

    /// <summary>Refuses a UNet that takes another kind of class labels, or whose config is not there.</summary>
    /// <exception cref="ModelFolderException">It does.</exception>
    public static void RequireClasses(ModelParts parts, UnetClasses expected)
    {
        if (parts.Unet.Traits.Config?.Classes is var found && found != expected)
        {
            throw ModelFolderException.Unsupported(Config(parts), "class_embed_type", $"{found}", $"{expected}");
        }
    }

    // Beside the UNet's weights, wherever these are: the first models have no folder for them.
    private static string Config(ModelParts parts) => parts.Source.IsFile ? parts.MainFile : Path.Combine(Path.GetDirectoryName(parts.MainFile)!, "config.json");

    private static void Require(ModelSource source, string member, int value, int most)
    {
        if (value > most)
        {
            throw ModelFolderException.BadMember(Path.Combine(source.Entry ?? source.Path, ModelCard.FileName), member, ModelFolderException.Format(FolderTexts.AtMost, most), value);
        }
    }

    private static IReadOnlyList<string> Tasks(ModelParts parts) =>
        parts.Unet.Traits.InChannels > parts.Vae.Channels ? [KnownTasks.Inpainting]
        : parts.Vae.LoadEncoder is null ? [KnownTasks.TextToImage]
        : [KnownTasks.TextToImage, KnownTasks.ImageToImage, KnownTasks.Inpainting];
}
