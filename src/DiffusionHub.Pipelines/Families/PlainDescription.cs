using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families;

/// <summary>Describes a model that knows no texts.</summary>
internal static class PlainDescription
{
    /// <param name="parts">Its parts.</param>
    /// <param name="family">Its family.</param>
    /// <param name="defaults">What a request gets that names nothing.</param>
    /// <param name="beside">Channels that the UNet gets beside the state.</param>
    /// <exception cref="ModelFolderException">The UNet takes another number.</exception>
    public static ModelDescription Of(ModelParts parts, string family, FamilyDefaults defaults, int beside = 0)
    {
        var unet = parts.Unet.Traits;
        if (unet.InChannels != parts.Vae.Channels + beside)
        {
            throw ModelFolderException.Unsupported(parts.Source.Path, "in_channels", $"{unet.InChannels}", $"{parts.Vae.Channels + beside}");
        }

        return LatentDescription.Of(parts, family, defaults) with
        {
            Tasks = [unet.Classes > 0 ? KnownTasks.ClassToImage : KnownTasks.Unconditional],
            WithoutPrompt = true,
            WithoutGuidance = true,
            Classes = unet.Classes,
            ClassNames = unet.ClassNames,
        };
    }
}
