using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families;

/// <summary>Describes a model that knows no texts.</summary>
internal static class PlainDescription
{
    public static ModelDescription Of(ModelParts parts, string family, FamilyDefaults defaults) => LatentDescription.Of(parts, family, defaults) with
    {
        Tasks = [parts.Unet.Traits.Classes > 0 ? KnownTasks.ClassToImage : KnownTasks.Unconditional],
        WithoutPrompt = true,
        WithoutGuidance = true,
        Classes = parts.Unet.Traits.Classes,
        ClassNames = parts.Unet.Traits.ClassNames,
    };
}
