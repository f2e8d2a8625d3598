using System.Text.Json;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Classifiers;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Inference.Graphs.GuidedDiffusion;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>A network whose gradient can lead a picture, read but not loaded. docs/guidance.md has the forms that its folder may have.</summary>
internal sealed record GuideFolder
{
    public const string Config = "config.json";
    public const string AestheticFile = "aesthetic.safetensors";

    /// <summary>Its files.</summary>
    public required ModelFolder Folder { get; init; }

    /// <summary>What it is.</summary>
    public required GuideKind Kind { get; init; }

    /// <summary>Classes that it tells apart; 0 where it knows none.</summary>
    public int Classes { get; init; }

    /// <summary>Their names by number; empty where the folder has none.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>A noise-aware classifier's set-up.</summary>
    public EncoderUnetConfig? Noisy { get; init; }

    /// <summary>How pictures are made ready for it; null for a noise-aware classifier.</summary>
    public GuideInput? Input { get; init; }

    /// <summary>CLIP's text encoder.</summary>
    public ClipTextConfig? Text { get; init; }

    /// <summary>Loads its graph with the gradient of <c>loss</c> with respect to the picture.</summary>
    public required Func<Graph> Load { get; init; }

    /// <summary>The weights' file in the folder.</summary>
    public string Weights => WeightFiles.Find(Folder, "", WeightFiles.Transformers);

    /// <summary>Classes whose folders are guides.</summary>
    public static IReadOnlyList<string> KnownClasses { get; } =
        ["EncoderUNetModel", "ViTForImageClassification", "ResNetForImageClassification", "CLIPModel", "CLIPVisionModelWithProjection"];

    /// <summary>The class that a folder's <c>config.json</c> names, by diffusers' or by transformers' member; null where it names none.</summary>
    /// <exception cref="ModelFolderException">It cannot be read.</exception>
    public static string? ClassOf(ModelFolder folder)
    {
        using var json = folder.ReadJson(Config);
        return json.RootElement.TryGetProperty("_class_name", out var own) && own.ValueKind == JsonValueKind.String ? own.GetString()
            : json.RootElement.TryGetProperty("architectures", out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.String ? list[0].GetString()
            : null;
    }

    /// <summary>The guide at a path.</summary>
    /// <exception cref="ModelFolderException">There is none, or it cannot be used.</exception>
    public static GuideFolder Read(string path)
    {
        var folder = File.Exists(path) ? throw new ModelFolderException(ModelFolderException.Format(GuideTexts.NeedsFolder, path)) : new ModelFolder(path);
        return ClassOf(folder) switch
        {
            "EncoderUNetModel" => OfNoisy(folder, folder.Config(Config, EncoderUnetConfig.Read)),
            "ViTForImageClassification" => OfVit(folder, folder.Config(Config, VitConfig.Read)),
            "ResNetForImageClassification" => OfResNet(folder, folder.Config(Config, ResNetConfig.Read)),
            "CLIPModel" when !folder.Has(AestheticFile) => OfClip(folder, folder.Config(Config, ClipModelConfig.Read)),
            "CLIPModel" => OfAesthetic(folder, folder.Config(Config, ClipModelConfig.Read).Vision),
            "CLIPVisionModelWithProjection" when folder.File(AestheticFile) is not null => OfAesthetic(folder, folder.Config(Config, ClipVisionConfig.Read)),
            var other => throw ModelFolderException.Unsupported(folder.File(Config), "_class_name, architectures", other ?? "", string.Join(", ", KnownClasses)),
        };
    }

    private static GuideFolder OfNoisy(ModelFolder folder, EncoderUnetConfig config) => new()
    {
        Folder = folder, Kind = GuideKind.NoisyClassifier, Noisy = config, Classes = config.Classes, ClassNames = config.ClassNames,
        Load = () => Graph(folder, "sample", set => EncoderUnetGraph.Write(config, set)),
    };

    private static GuideFolder OfVit(ModelFolder folder, VitConfig config) => new()
    {
        Folder = folder, Kind = GuideKind.Classifier, Classes = config.Classes, ClassNames = config.ClassNames, Input = GuideInput.Read(folder, config.Side),
        Load = () => Graph(folder, "pixel_values", set => VitGraph.Write(config, set)),
    };

    private static GuideFolder OfResNet(ModelFolder folder, ResNetConfig config) => new()
    {
        Folder = folder, Kind = GuideKind.Classifier, Classes = config.Classes, ClassNames = config.ClassNames, Input = GuideInput.Read(folder, null),
        Load = () => Graph(folder, "pixel_values", set => ResNetGraph.Write(config, set)),
    };

    private static GuideFolder OfClip(ModelFolder folder, ClipModelConfig config) => new()
    {
        Folder = folder, Kind = GuideKind.Clip, Text = config.Text, Input = GuideInput.Read(folder, config.Vision.Side),
        Load = () => Graph(folder, "pixel_values", set => ClipGuideGraphs.Distance(config.Vision, set)),
    };

    private static GuideFolder OfAesthetic(ModelFolder folder, ClipVisionConfig config) => new()
    {
        Folder = folder, Kind = GuideKind.Aesthetic, Input = GuideInput.Read(folder, config.Side),
        Load = () => Graph(folder, "pixel_values", set => ClipGuideGraphs.Aesthetic(config, set), folder.File(AestheticFile)),
    };

    private static Graph Graph(ModelFolder folder, string input, Func<WeightSet, WrittenGraph> write, params IReadOnlyList<string> others)
    {
        var file = folder.File(WeightFiles.Find(folder, "", WeightFiles.Transformers));
        return ModelFolder.Refusing(() =>
        {
            using var set = WeightSet.Open(file, others);
            return Inference.Graph.Load(VjpGraph.Write(write(set), input, "loss"));
        });
    }
}
