using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DiffusionHub.Tests.Shared;

/// <summary>A tiny evaluator with random weights, as a folder. Its captions and tokenizer are words that sprout knows.</summary>
internal static class EvaluatorFiles
{
    public const int Features = 16;
    private const int Stem = 8, Width = 16, Projection = 8, Tokens = 32;
    private const string Space = "text_model.text_model.";

    public static IReadOnlyList<string> Captions { get; } = ["red apple, fluent style", "cat face, fluent style", "rocket, fluent style", "pizza, noto style", "dog face, fluent style", "green tree, noto style"];

    /// <summary>Writes it.</summary>
    public static string New(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(Path.Combine(ModelFiles.Sprout, "tokenizer")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var words = JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, "vocab.json")))!.AsObject().Count;
        Text("tokenizer_config.json", $$"""{"model_max_length":{{Tokens}}}""");
        Text("preprocessor_config.json", """{"image_processor_type":"ViTImageProcessor","size":{"height":128,"width":128},"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5]}""");
        Text("config.json", $$"""
            {"architectures":["VisionTextDualEncoderModel"],"projection_dim":{{Projection}},
            "vision_config":{"model_type":"resnet","layer_type":"basic","embedding_size":{{Stem}},"hidden_sizes":[{{Stem}},{{Features}}],"depths":[1,1]},
            "text_config":{"model_type":"clip_text_model","vocab_size":{{words}},"hidden_size":{{Width}},"intermediate_size":{{2 * Width}},"num_hidden_layers":1,
            "num_attention_heads":2,"max_position_embeddings":{{Tokens}},"eos_token_id":{{words - 1}} } }
            """);
        Text("captions.txt", string.Join('\n', Captions) + "\n");
        Text("grid.txt", "red apple, fluent style\npizza, noto style\nrocket, fluent style\n");
        Text("reference.json", $$"""
            {"sharpness":0.04,"retrieval":{"top1":0.5,"top5":0.75,"captions":40},"pictures":{{Captions.Count}},"about":"Random numbers.","licence":"MIT"}
            """);
        Write(Path.Combine(folder, "model.safetensors"), Weights(words));
        Write(Path.Combine(folder, "reference.safetensors"), Statistics());
        return folder;

        void Text(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);
    }

    private static IEnumerable<(string Name, string Type, long[] Shape, byte[] Bytes)> Statistics()
    {
        var integers = Enumerable.Range(0, Captions.Count * Features).Select(i => (byte)(i * 37 % 128)).ToArray();
        yield return ("features", "I8", [Captions.Count, Features], integers);
        yield return Floats("features_scale", [Features], _ => 0.01f);
        yield return Floats("mean", [Features], _ => 0.5f);
        yield return Floats("covariance", [Features, Features], i => i % (Features + 1) == 0 ? 0.1f : 0);
    }

    private static IEnumerable<(string Name, string Type, long[] Shape, byte[] Bytes)> Weights(int words)
    {
        var random = new Random(1);
        foreach (var (name, shape) in Shapes(words))
        {
            var spread = shape.Length > 1 ? Math.Sqrt(12.0 / (shape.Aggregate(1L, (product, side) => product * side) / shape[0])) : 0.2;
            var centre = shape.Length > 1 || name.EndsWith("bias", StringComparison.Ordinal) || name.EndsWith("mean", StringComparison.Ordinal) ? 0 : 1;
            yield return Floats(name, shape, _ => (float)(centre + ((random.NextDouble() - 0.5) * spread)));
        }
    }

    private static IEnumerable<(string Name, long[] Shape)> Shapes(int words)
    {
        const string embedder = "vision_model.embedder.embedder", stages = "vision_model.encoder.stages";
        const string layer = Space + "encoder.layers.0.";
        return
        [
            .. Conv(embedder, 3, Stem, 7),
            .. Conv($"{stages}.0.layers.0.layer.0", Stem, Stem, 3), .. Conv($"{stages}.0.layers.0.layer.1", Stem, Stem, 3),
            .. Conv($"{stages}.1.layers.0.layer.0", Stem, Features, 3), .. Conv($"{stages}.1.layers.0.layer.1", Features, Features, 3), .. Conv($"{stages}.1.layers.0.shortcut", Stem, Features, 1),
            ("visual_projection.weight", [Projection, Features]), ("text_projection.weight", [Projection, Width]),
            (Space + "embeddings.token_embedding.weight", [words, Width]), (Space + "embeddings.position_embedding.weight", [Tokens, Width]),
            .. Norm(layer + "layer_norm1"), .. Norm(layer + "layer_norm2"), .. Norm(Space + "final_layer_norm"),
            .. new[] { "q_proj", "k_proj", "v_proj", "out_proj" }.SelectMany(name => Linear($"{layer}self_attn.{name}", Width, Width)),
            .. Linear(layer + "mlp.fc1", Width, 2 * Width), .. Linear(layer + "mlp.fc2", 2 * Width, Width),
        ];

        static IEnumerable<(string, long[])> Norm(string name) => [($"{name}.weight", [Width]), ($"{name}.bias", [Width])];

        static IEnumerable<(string, long[])> Linear(string name, long from, long to) => [($"{name}.weight", [to, from]), ($"{name}.bias", [to])];

        static IEnumerable<(string, long[])> Conv(string name, long from, long to, long kernel) =>
            new[] { "weight", "bias", "running_mean", "running_var" }.Select(member => ($"{name}.normalization.{member}", new[] { to })).Prepend(($"{name}.convolution.weight", [to, from, kernel, kernel]));
    }

    private static (string Name, string Type, long[] Shape, byte[] Bytes) Floats(string name, long[] shape, Func<int, float> value)
    {
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, side) => product * side)).Select(value)];
        return (name, "F32", shape, MemoryMarshal.AsBytes<float>(values).ToArray());
    }

    private static void Write(string path, IEnumerable<(string Name, string Type, long[] Shape, byte[] Bytes)> tensors)
    {
        var header = new JsonObject();
        using var data = new MemoryStream();
        foreach (var (name, type, shape, bytes) in tensors)
        {
            header[name] = new JsonObject { ["dtype"] = type, ["shape"] = JsonSerializer.SerializeToNode(shape), ["data_offsets"] = new JsonArray(data.Length, data.Length + bytes.Length) };
            data.Write(bytes);
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. data.ToArray()]);
    }
}
