using System.Text.Json;
using System.Text.Json.Nodes;

namespace DiffusionHub.Pipelines.Tests.Wordless;

/// <summary>Writes folders of models without text whose weights are computed from their names (see formula/README.md).</summary>
internal sealed class FormulaFolder
{
    private const string FileName = "diffusion_pytorch_model.safetensors";
    private readonly string path;
    private readonly JsonObject index;

    /// <param name="path">Where it is written.</param>
    /// <param name="pipeline">The diffusers class.</param>
    /// <param name="channels">Channels of the UNet's input and output.</param>
    /// <param name="classes">Classes, or 0.</param>
    public FormulaFolder(string path, string pipeline, (int In, int Out) channels, int classes = 0)
    {
        this.path = path;
        index = new JsonObject { ["_class_name"] = pipeline, ["unet"] = new JsonArray("diffusers", "UNet2DModel") };
        var shapes = Shapes("unet");
        shapes["conv_in.weight"] = [16, channels.In, 3, 3];
        shapes["conv_out.weight"] = [channels.Out, 16, 3, 3];
        shapes["conv_out.bias"] = [channels.Out];
        if (classes > 0)
        {
            shapes["class_embedding.weight"] = [classes, 64];
        }

        Write("unet", shapes, new JsonObject
        {
            ["_class_name"] = "UNet2DModel", ["in_channels"] = channels.In, ["out_channels"] = channels.Out, ["sample_size"] = pipeline.StartsWith("LDM", StringComparison.Ordinal) ? 8 : 16,
            ["block_out_channels"] = new JsonArray(16, 32), ["layers_per_block"] = 1, ["norm_num_groups"] = 8, ["attention_head_dim"] = 8,
            ["down_block_types"] = new JsonArray("DownBlock2D", "AttnDownBlock2D"), ["up_block_types"] = new JsonArray("AttnUpBlock2D", "UpBlock2D"),
            ["num_class_embeds"] = classes > 0 ? classes : null,
        });
        Json("model_index.json", index);
    }

    public string Path => path;

    /// <summary>With the scheduler of DDPM.</summary>
    public FormulaFolder Ddpm(string variance) => Scheduler(new JsonObject
    {
        ["_class_name"] = "DDPMScheduler", ["beta_schedule"] = "linear", ["beta_start"] = 0.0001, ["beta_end"] = 0.02, ["variance_type"] = variance,
    });

    /// <summary>With an autoencoder of codes and DDIM.</summary>
    public FormulaFolder Latent()
    {
        Write("vqvae", Shapes("vqvae"), new JsonObject
        {
            ["_class_name"] = "VQModel", ["block_out_channels"] = new JsonArray(16, 32), ["down_block_types"] = new JsonArray("DownEncoderBlock2D", "DownEncoderBlock2D"),
            ["up_block_types"] = new JsonArray("UpDecoderBlock2D", "UpDecoderBlock2D"), ["latent_channels"] = 3, ["layers_per_block"] = 1, ["norm_num_groups"] = 8,
            ["num_vq_embeddings"] = 64, ["scaling_factor"] = 0.18215,
        });
        index["vqvae"] = new JsonArray("diffusers", "VQModel");
        Json("model_index.json", index);
        return Scheduler(new JsonObject { ["_class_name"] = "DDIMScheduler", ["beta_schedule"] = "scaled_linear", ["beta_start"] = 0.0015, ["beta_end"] = 0.0195, ["clip_sample"] = false });
    }

    /// <summary>With an encoder of maps.</summary>
    public FormulaFolder Map(int classes, int channels)
    {
        Write("map_encoder", new() { ["channel_mapper.weight"] = [channels, classes, 1, 1] }, new JsonObject { ["_class_name"] = "SpatialRescaler", ["in_channels"] = classes, ["out_channels"] = channels, ["n_stages"] = 1 });
        return this;
    }

    /// <summary>A model of the classes that formula/class.npy shows.</summary>
    public static FormulaFolder Classes(string path) => new FormulaFolder(path, "DDPMPipeline", (3, 3), 10).Ddpm("fixed_large");

    public static FormulaFolder Enlarging(string path) => new FormulaFolder(path, "LDMSuperResolutionPipeline", (6, 3)).Latent();

    public static FormulaFolder Semantic(string path) => new FormulaFolder(path, "LDMSemanticPipeline", (5, 3)).Latent().Map(5, 2);

    public static float[] Expected(string name) => TestFiles.Npy(File.ReadAllBytes(TestFiles.Path("formula", name + ".npy")));

    /// <summary>Weights of these shapes.</summary>
    public static WeightFile Weights(Dictionary<string, long[]> shapes) => shapes.Aggregate(new WeightFile(), (file, shape) => file.With(shape.Key, shape.Value, Parameter(shape.Key, shape.Value)));

    private static Dictionary<string, long[]> Shapes(string module) =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, long[]>>>(File.ReadAllText(TestFiles.Path("formula", "shapes.json")))![module];

    private FormulaFolder Scheduler(JsonObject config)
    {
        Json("scheduler/scheduler_config.json", config);
        return this;
    }

    private void Write(string module, Dictionary<string, long[]> shapes, JsonObject config)
    {
        Json($"{module}/config.json", config);
        Weights(shapes).Write(System.IO.Path.Combine(path, module, FileName));
    }

    private void Json(string name, JsonObject json)
    {
        var file = System.IO.Path.Combine(path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, json.ToJsonString());
    }

    private static float[] Parameter(string name, long[] shape)
    {
        var count = shape.Aggregate(1L, (product, side) => product * side);
        long seed = name.Select((letter, i) => letter * (i + 1)).Sum();
        var (factor, mean) = shape.Length > 1 ? (Math.Sqrt(24.0 / (count / shape[0])), 0) : (0.4, name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0);
        return [.. Enumerable.Range(0, (int)count).Select(i => (float)(mean + (((((31L * i * i) + (7L * i) + seed) % 65521 / 65521.0) - 0.5) * factor)))];
    }
}
