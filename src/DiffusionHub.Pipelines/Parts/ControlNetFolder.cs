using DiffusionHub.Inference;
using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Inference.Graphs.ControlNet;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>A ControlNet: in a model's folder, in one of its own, or in a single file.</summary>
internal static class ControlNetFolder
{
    /// <summary>The ControlNet at a path.</summary>
    /// <exception cref="ModelFolderException">There is none, or it cannot be used.</exception>
    public static ControlNetPart Read(string path) => File.Exists(path) ? ReadFile(path) : Read(new ModelFolder(path), "");

    /// <summary>The ControlNet in <paramref name="module"/> of a model's folder.</summary>
    /// <exception cref="ModelFolderException">There is none, or it cannot be used.</exception>
    public static ControlNetPart Read(ModelFolder folder, string module)
    {
        var config = folder.Config(Path.Combine(module, "config.json"), ControlNetConfig.Read);
        var weights = WeightFiles.Find(folder, module, WeightFiles.Diffusers);
        return new ControlNetPart(Path.Combine(folder.Path, module), config, () => folder.Load(weights, set => ControlNetGraph.Write(config, set)));
    }

    private static ControlNetPart ReadFile(string path) => ModelFolder.Refusing(() =>
    {
        using var file = Checkpoint.Open(path);
        var config = file.ControlNet ?? throw new ModelFolderException(ModelFolderException.Format(FolderTexts.NotThatKind, path, file.Kind, CheckpointKind.ControlNet));
        return new ControlNetPart(path, config, () => ModelFolder.Refusing(() =>
        {
            using var opened = Checkpoint.Open(path);
            return Graph.Load(ControlNetGraph.Write(config, opened.ControlNetWeights!));
        }));
    });
}
