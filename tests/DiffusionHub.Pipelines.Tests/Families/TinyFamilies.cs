using System.Text.Json.Nodes;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Dpt;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Pipelines.Tests.Families;

/// <summary>Copies of the tiny Stable Diffusion as models of other families: what they take beside it has random weights.</summary>
internal static class TinyFamilies
{
    private const string Unet = "unet/diffusion_pytorch_model.safetensors";
    private const int TimeWidth = 64;
    private const int Projection = 6;

    /// <summary>Five channels; its estimator looks at pictures of 16².</summary>
    public static string Depth(TestModels models, bool estimator = true)
    {
        var folder = models.Copy("sd15", "depth");
        Class(folder, "StableDiffusionDepth2ImgPipeline");
        Widen(folder, 1);
        if (estimator)
        {
            Write(folder, "depth_estimator/config.json", """
                {"architectures":["DPTForDepthEstimation"],"hidden_size":8,"intermediate_size":16,"num_hidden_layers":3,"num_attention_heads":2,"patch_size":8,"image_size":16,
                "readout_type":"project","fusion_hidden_size":4,"is_hybrid":false,"backbone_out_indices":[0,1,2],"neck_hidden_sizes":[8,8,8],"reassemble_factors":[2,1,0.5]}
                """);
            Write(folder, "feature_extractor/preprocessor_config.json", Preprocessor("DPTImageProcessor", "\"size\":{\"height\":16,\"width\":16}"));
            Plan(folder, "depth_estimator/model.safetensors", plan => DptGraph.Write(DptConfig.Read(Path.Combine(folder, "depth_estimator", "config.json")), plan));
        }

        return folder;
    }

    /// <summary>Seven channels and a table of noise levels; its autoencoder makes 8 pixels of one, so it enlarges 8 times.</summary>
    public static string Upscaler(TestModels models)
    {
        var folder = models.Copy("sd15", "upscaler");
        Class(folder, "StableDiffusionUpscalePipeline");
        TestModels.Edit(Path.Combine(folder, "model_index.json"), json => json["max_noise_level"] = 350);
        Widen(folder, 3);
        TestModels.Edit(Path.Combine(folder, "unet", "config.json"), json => json["num_class_embeds"] = 1000);
        TestModels.Edit(Path.Combine(folder, Unet), (WeightFile file) => file.With("class_embedding.weight", [1000, TimeWidth], Random(1000 * TimeWidth, 1)));
        Process(folder, "low_res_scheduler", "scaled_linear");
        return folder;
    }

    /// <summary>Vectors of 6 for pictures of 16².</summary>
    public static string Unclip(TestModels models)
    {
        var folder = models.Copy("sd15", "unclip");
        Class(folder, "StableUnCLIPImg2ImgPipeline");
        TestModels.Edit(Path.Combine(folder, "unet", "config.json"), json => (json["class_embed_type"], json["projection_class_embeddings_input_dim"]) = ("projection", 2 * Projection));
        TestModels.Edit(Path.Combine(folder, Unet), (WeightFile file) => file
            .With("class_embedding.linear_1.weight", [TimeWidth, 2 * Projection], Random(TimeWidth * 2 * Projection, 0.5f))
            .With("class_embedding.linear_1.bias", [TimeWidth], Random(TimeWidth, 0.5f))
            .With("class_embedding.linear_2.weight", [TimeWidth, TimeWidth], Random(TimeWidth * TimeWidth, 0.5f))
            .With("class_embedding.linear_2.bias", [TimeWidth], Random(TimeWidth, 0.5f)));
        Write(folder, "image_encoder/config.json", $$"""
            {"architectures":["CLIPVisionModelWithProjection"],"hidden_size":8,"intermediate_size":16,"num_hidden_layers":2,"num_attention_heads":2,"image_size":16,"patch_size":4,"projection_dim":{{Projection}}}
            """);
        Plan(folder, "image_encoder/model.safetensors", plan => ClipVisionGraph.Write(ClipVisionConfig.Read(Path.Combine(folder, "image_encoder", "config.json")), plan));
        Write(folder, "feature_extractor/preprocessor_config.json", Preprocessor("CLIPImageProcessor", "\"size\":{\"shortest_edge\":16},\"crop_size\":{\"height\":16,\"width\":16}"));
        Write(folder, "image_normalizer/config.json", $$"""{"embedding_dim":{{Projection}}}""");
        new WeightFile().With("mean", [1, Projection], Random(Projection, 0.5f)).With("std", [1, Projection], [.. Random(Projection, 0.2f).Select(value => value + 1)])
            .Write(Path.Combine(folder, "image_normalizer", "diffusion_pytorch_model.safetensors"));
        Process(folder, "image_noising_scheduler", "squaredcos_cap_v2");
        return folder;
    }

    private static void Class(string folder, string name) => TestModels.Edit(Path.Combine(folder, "model_index.json"), (JsonNode json) => json["_class_name"] = name);

    private static void Widen(string folder, int by)
    {
        TestModels.Edit(Path.Combine(folder, "unet", "config.json"), json => json["in_channels"] = 4 + by);
        TestModels.Edit(Path.Combine(folder, Unet), file =>
        {
            const string name = "conv_in.weight";
            var (shape, values) = (file.Shape(name), file.Values(name));
            var (each, more) = (4 * 9, by * 9);
            var fresh = Random((int)shape[0] * more, 0.3f);
            file.With(name, [shape[0], 4 + by, 3, 3], [.. Enumerable.Range(0, (int)shape[0]).SelectMany(i => values[(i * each)..((i + 1) * each)].Concat(fresh[(i * more)..((i + 1) * more)]))]);
        });
    }

    private static void Process(string folder, string module, string betas) => Write(folder, $"{module}/scheduler_config.json", $$"""
        {"_class_name":"DDPMScheduler","beta_start":0.0001,"beta_end":0.02,"beta_schedule":"{{betas}}","num_train_timesteps":1000,"prediction_type":"epsilon"}
        """);

    private static string Preprocessor(string kind, string members) => $$"""{"image_processor_type":"{{kind}}","image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5],{{members}}}""";

    private static void Plan(string folder, string file, Action<WeightPlan> write)
    {
        using var plan = new WeightPlan(Path.Combine(folder, file), WeightType.Float32);
        write(plan);
        plan.Write();
    }

    private static void Write(string folder, string file, string text)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static float[] Random(int length, float size)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(_ => size * ((2 * random.NextSingle()) - 1))];
    }
}
