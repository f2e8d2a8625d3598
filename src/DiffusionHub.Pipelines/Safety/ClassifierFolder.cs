using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Classifiers;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Guides;

namespace DiffusionHub.Pipelines.Safety;

/// <summary>
/// The folder of an image classifier: <c>config.json</c> with the names of its classes, <c>preprocessor_config.json</c>, and either <c>model.onnx</c>, as
/// exporters write it, or the <c>.safetensors</c> weights of a network for which the hub writes graphs.
/// </summary>
internal static class ClassifierFolder
{
    public const string Exported = "model.onnx";

    /// <summary>Loads the graph, from the pictures to the logits.</summary>
    /// <exception cref="ModelFolderException">The folder is no classifier that the hub can use.</exception>
    /// <exception cref="InferenceException">The graph cannot be loaded.</exception>
    public static (Graph Graph, GuideInput Input) Load(ModelFolder folder)
    {
        var path = folder.File(GuideFolder.Config);
        if (folder.Has(Exported))
        {
            return LoadExported(folder);
        }

        return GuideFolder.ClassOf(folder) switch
        {
            "ViTForImageClassification" => Of(folder.Config(GuideFolder.Config, VitConfig.Read), config => GuideInput.Read(folder, config.Side), VitGraph.Write),
            "ResNetForImageClassification" => Of(folder.Config(GuideFolder.Config, ResNetConfig.Read), _ => GuideInput.Read(folder, null), ResNetGraph.Write),
            var other => throw ModelFolderException.Unsupported(path, "architectures", other ?? "", "ViTForImageClassification, ResNetForImageClassification; others with a model.onnx"),
        };

        (Graph, GuideInput) Of<T>(T config, Func<T, GuideInput> input, Func<T, WeightSet, WrittenGraph> write)
        {
            var made = input(config);
            return (folder.Load(WeightFiles.Find(folder, "", WeightFiles.Transformers), weights => write(config, weights)), made);
        }
    }

    private static (Graph, GuideInput) LoadExported(ModelFolder folder)
    {
        var path = folder.File(Exported);
        var graph = Graph.Load(path);
        try
        {
            // A fixed side is in the graph; else the preprocessor has it.
            return graph.Inputs.Count == 1 && graph.Inputs.Values.Single() is { Shape: [_, 3 or -1, var rows, var columns] } input && input.ElementType == typeof(float) && rows == columns
                ? (graph, GuideInput.Read(folder, rows > 0 ? rows : null))
                : throw new ModelFolderException(ModelFolderException.Format(
                    SafetyTexts.BadInput, path, string.Join(", ", graph.Inputs.Values.Select(found => $"{found.Name} {found.ElementType.Name}[{string.Join(", ", found.Shape)}]"))));
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }
}
