using DiffusionHub.Inference.Graphs.ControlNet;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>A ControlNet in a folder: a model's own, or one that stands alone.</summary>
internal static class ControlNetFolder
{
    /// <summary>The ControlNet at a path.</summary>
    /// <exception cref="ModelFolderException">There is none, or it cannot be used.</exception>
    public static ControlNetPart Read(string path) => Read(new ModelFolder(path), "");

    /// <summary>The ControlNet in <paramref name="module"/> of a model's folder.</summary>
    /// <exception cref="ModelFolderException">There is none, or it cannot be used.</exception>
    public static ControlNetPart Read(ModelFolder folder, string module)
    {
        var config = folder.Config(Path.Combine(module, "config.json"), ControlNetConfig.Read);
        var weights = WeightFiles.Find(folder, module, WeightFiles.Diffusers);
        return new ControlNetPart(Path.Combine(folder.Path, module), config, () => folder.Load(weights, set => ControlNetGraph.Write(config, set)));
    }
}
