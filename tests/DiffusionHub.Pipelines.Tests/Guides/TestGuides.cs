using System.Text.Json.Nodes;
using DiffusionHub.Inference.Graphs.Classifiers;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.GuidedDiffusion;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Pipelines.Tests.Guides;

/// <summary>Tiny guides with random weights, as folders.</summary>
public sealed class TestGuides : IDisposable
{
    private const string Weights = "model.safetensors";
    private const string ThreeClasses = """{"0":"tabby, tabby cat","1":"dog","2":"fox"}""";
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("hub-guides-");

    public static IReadOnlyList<string> Kinds { get; } = ["noisy", "vit", "resnet", "clip", "aesthetic"];

    public void Dispose() => root.Delete(recursive: true);

    public string New(string kind) => kind switch
    {
        "noisy" => Noisy(4),
        "vit" => Vit(),
        "resnet" => ResNet(),
        "clip" => Clip(),
        _ => Aesthetic(),
    };

    public string Noisy(int channels, string pool = "adaptive")
    {
        var folder = Folder("noisy", $$"""
            {"_class_name":"EncoderUNetModel","image_size":8,"in_channels":{{channels}},"model_channels":32,"out_channels":3,"num_res_blocks":1,"attention_resolutions":[2],
            "channel_mult":[1,2],"num_head_channels":16,"pool":"{{pool}}"}
            """);
        Plan(folder, plan => EncoderUnetGraph.Write(EncoderUnetConfig.Read(Config(folder)), plan));
        return folder;
    }

    public string Vit()
    {
        var folder = Folder("vit", $$"""
            {"architectures":["ViTForImageClassification"],"hidden_size":32,"intermediate_size":48,"num_hidden_layers":2,"num_attention_heads":4,"image_size":16,"patch_size":4,"id2label":{{ThreeClasses}}}
            """);
        Preprocessor(folder, """{"image_processor_type":"ViTImageProcessor","size":{"height":16,"width":16},"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5]}""");
        Plan(folder, plan => VitGraph.Write(VitConfig.Read(Config(folder)), plan));
        return folder;
    }

    public string ResNet()
    {
        var folder = Folder("resnet", $$"""
            {"architectures":["ResNetForImageClassification"],"embedding_size":8,"hidden_sizes":[16,32],"depths":[1,1],"layer_type":"basic","id2label":{{ThreeClasses}}}
            """);
        Preprocessor(folder, """{"feature_extractor_type":"ConvNextFeatureExtractor","size":20,"image_mean":[0.485,0.456,0.406],"image_std":[0.229,0.224,0.225]}""");
        Plan(folder, plan => ResNetGraph.Write(ResNetConfig.Read(Config(folder)), plan));
        TestModels.Edit(Path.Combine(folder, Weights), (WeightFile file) =>
        {
            foreach (var name in file.Names.Where(name => name.EndsWith("running_var", StringComparison.Ordinal)).ToList())
            {
                file.With(name, file.Shape(name), Array.ConvertAll(file.Values(name), value => 1 + Math.Abs(value)));
            }
        });
        return folder;
    }

    public string Clip()
    {
        var text = JsonNode.Parse(File.ReadAllText(Path.Combine(TestModels.At("sd15"), "text_encoder", "config.json")))!;
        var folder = Folder("clip", $$"""
            {"architectures":["CLIPModel"],"projection_dim":12,"text_config":{{text.ToJsonString()}},"vision_config":{{Vision}}}
            """);
        ClipPreprocessor(folder);
        foreach (var file in Directory.GetFiles(Path.Combine(TestModels.At("sd15"), "tokenizer")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        // Both encoders have the same names; in one file each is under its own.
        var config = ClipModelConfig.Read(Config(folder));
        var whole = new WeightFile();
        Add("vision_model.", plan => ClipGuideGraphs.Distance(config.Vision, plan));
        Add("text_model.", plan => ClipTextGraph.Write(config.Text, plan));
        whole.Write(Path.Combine(folder, Weights));
        return folder;

        void Add(string prefix, Action<WeightPlan> write)
        {
            var path = Path.Combine(folder, "part");
            Plan(folder, write, "part");
            var part = WeightFile.Read(path);
            foreach (var name in part.Names)
            {
                whole.With(name.Contains("_projection", StringComparison.Ordinal) ? name : prefix + name, part.Shape(name), part.Values(name));
            }

            File.Delete(path);
        }
    }

    public string Aesthetic()
    {
        var folder = Folder("aesthetic", $$"""{"architectures":["CLIPVisionModelWithProjection"],"projection_dim":12,{{Vision[1..]}}""");
        ClipPreprocessor(folder);
        var config = ClipVisionConfig.Read(Config(folder));
        Plan(folder, plan => ClipVisionGraph.Write(config, plan));
        Plan(folder, plan => ClipGuideGraphs.Aesthetic(config, plan), GuideFile);
        var (all, own) = (WeightFile.Read(Path.Combine(folder, GuideFile)), new WeightFile());
        foreach (var name in all.Names.Where(name => name.StartsWith("layers.", StringComparison.Ordinal)))
        {
            own.With(name, all.Shape(name), all.Values(name));
        }

        own.Write(Path.Combine(folder, GuideFile));
        return folder;
    }

    private const string GuideFile = "aesthetic.safetensors";
    private const string Vision = """{"hidden_size":16,"intermediate_size":32,"num_hidden_layers":2,"num_attention_heads":2,"image_size":16,"patch_size":4}""";

    private string Folder(string name, string config)
    {
        var folder = Path.Combine(root.FullName, name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Config(folder), config);
        return folder;
    }

    private static void ClipPreprocessor(string folder) => Preprocessor(
        folder, """{"image_processor_type":"CLIPImageProcessor","size":{"shortest_edge":16},"crop_size":16,"image_mean":[0.48,0.46,0.41],"image_std":[0.27,0.26,0.28]}""");

    private static void Preprocessor(string folder, string json) => File.WriteAllText(Path.Combine(folder, "preprocessor_config.json"), json);

    private static string Config(string folder) => Path.Combine(folder, "config.json");

    private static void Plan(string folder, Action<WeightPlan> write, string file = Weights)
    {
        using var plan = new WeightPlan(Path.Combine(folder, file), WeightType.Float32);
        write(plan);
        plan.Write();
    }
}
