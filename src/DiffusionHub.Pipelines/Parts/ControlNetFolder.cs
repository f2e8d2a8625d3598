using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>A ControlNet in a folder: a model's own, or one that stands alone.</summary>
internal static class ControlNetFolder
{
    public static ControlNetPart Read(string path) => Read(new ModelFolder(path), "");

    public static ControlNetPart Read(ModelFolder folder, string module) => throw new ModelFolderException(folder.Path + module);
}
