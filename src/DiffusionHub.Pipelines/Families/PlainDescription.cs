using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families;

/// <summary>Describes a model that knows no texts.</summary>
internal static class PlainDescription
{
    // More than that of a side's pixels or latents cannot be compared with each other by attention.
    private const int MostAttended = 256;

    /// <param name="parts">Its parts.</param>
    /// <param name="family">Its family.</param>
    /// <param name="defaults">What a request gets that names nothing.</param>
    /// <param name="beside">Channels that the UNet gets beside the state.</param>
    /// <exception cref="ModelFolderException">The UNet takes another number.</exception>
    public static ModelDescription Of(ModelParts parts, string family, FamilyDefaults defaults, int beside = 0)
    {
        var unet = parts.Unet.Traits;
        LatentDescription.RequireChannels(parts, beside);
        // Of a latent model the decoder attends to every latent; one of pixels attends only where they are few.
        var attended = parts.Vae.LoadDecoder is null ? unet.AttentionFactor : parts.Vae.Factor;
        return LatentDescription.Of(parts, family, defaults with { LargestSide = Math.Min(defaults.LargestSide, MostAttended * attended) }) with
        {
            Tasks = [unet.Classes > 0 ? KnownTasks.ClassToImage : KnownTasks.Unconditional],
            WithoutPrompt = true,
            WithoutGuidance = true,
            Classes = unet.Classes,
            ClassNames = unet.ClassNames,
        };
    }
}
