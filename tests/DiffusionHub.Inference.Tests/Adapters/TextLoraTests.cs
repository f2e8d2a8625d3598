using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Inference.Weights.Adapters;

namespace DiffusionHub.Inference.Tests.Adapters;

/// <summary>A text encoder with LoRAs against the same text encoder with changed weights.</summary>
public sealed class TextLoraTests : IDisposable
{
    private static readonly TestLora[] Layers =
    [
        new("text_model.encoder.layers.1.self_attn.q_proj", TestTensor.Random(1, 40, 4), TestTensor.Random(2, 4, 40), null, null),
        new("text_model.encoder.layers.3.self_attn.out_proj", TestTensor.Random(3, 40, 4), TestTensor.Random(4, 4, 40), null, null),
    ];

    private static readonly TestLora Inner = new("text_model.encoder.layers.0.mlp.fc1", TestTensor.Random(5, 80, 2), TestTensor.Random(6, 2, 40), null, null);
    private static readonly TestLora Projection = new("text_projection", TestTensor.Random(5, 40, 2), TestTensor.Random(6, 2, 40), null, null);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-lora-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("lora_te_", 1)]
    [InlineData("lora_te1_", 1)]
    [InlineData("lora_te2_", 2)]
    public void Names_of_kohya_choose_the_encoder(string prefix, int encoder)
    {
        TestLora[] layers = [.. Layers, Inner, .. encoder == 2 ? [Projection] : Array.Empty<TestLora>()];
        Check([.. layers.SelectMany(l => l.Kohya(prefix))], encoder, layers);
    }

    [Theory]
    [InlineData("text_encoder.", ".lora_B.weight", ".lora_A.weight", 1)]
    [InlineData("text_encoder_2.", ".lora_B.weight", ".lora_A.weight", 2)]
    [InlineData("text_encoder.", ".lora_linear_layer.up.weight", ".lora_linear_layer.down.weight", 1)]
    [InlineData("text_encoder_2.", ".lora.up.weight", ".lora.down.weight", 2)]
    [InlineData("base_model.model.", ".lora_B.weight", ".lora_A.weight", 1)]
    public void Names_with_dots_choose_the_encoder(string prefix, string up, string down, int encoder) =>
        Check([.. Layers.Append(Inner).SelectMany(l => l.Dotted(prefix, up, down))], encoder, [.. Layers, Inner]);

    [Fact]
    public void The_first_names_of_diffusers_say_what_a_layer_does() => Check(
        [
            .. Layers.SelectMany(l => l.Dotted(
                "text_encoder.",
                "_lora.up.weight",
                "_lora.down.weight",
                layer => layer.Replace("q_proj", "to_q", StringComparison.Ordinal).Replace("out_proj", "to_out", StringComparison.Ordinal))),
        ],
        1,
        Layers);

    private void Check(IReadOnlyList<KeyValuePair<string, TestTensor>> tensors, int encoder, TestLora[] layers)
    {
        var path = Path.Combine(folder.FullName, "lora.safetensors");
        TestWeights.Write(path, new Dictionary<string, TestTensor>(tensors));
        using var lora = LoraFile.Open(path);
        var model = TestFiles.Path("text", "model.safetensors");
        var plain = Run(model, encoder);
        var changed = Run(model, encoder, new Adapter(lora, 0.5f));
        var expected = Run(Merged(layers), encoder);
        changed.Zip(expected, (a, b) => MathF.Abs(a - b)).Max().ShouldBeLessThan(5e-6f);
        changed.Zip(plain, (a, b) => MathF.Abs(a - b)).Max().ShouldBeGreaterThan(0.01f);
        Run(model, 3 - encoder, new Adapter(lora, 0.5f)).ShouldBe(plain, "it is for the other encoder");
    }

    private string Merged(TestLora[] layers)
    {
        var tensors = TestWeights.Read(TestFiles.Path("text", "model.safetensors"));
        foreach (var layer in layers)
        {
            var values = tensors[layer.Layer + ".weight"].Values;
            var delta = layer.Delta(WeightType.Float32);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(values[i] + (0.5 * delta[i]));
            }
        }

        var path = Path.Combine(folder.FullName, "merged.safetensors");
        TestWeights.Write(path, tensors);
        return path;
    }

    private static float[] Run(string path, int encoder, params Adapter[] adapters)
    {
        using var weights = WeightSet.Open(path);
        using var graph = Graph.Load(ClipTextGraph.Write(ClipTextConfig.Read(TestFiles.Path("text", "config.json")), weights, adapters, encoder));
        using var ids = GraphTensor.Rent<long>(1, 77);
        using var vector = GraphTensor.Rent<float>(1, 40);
        for (var i = 0; i < 77; i++)
        {
            ids.Values[i] = i == 0 ? 661 : i > 20 ? 662 : 7 * i;
        }

        graph.Run([("input_ids", ids)], [("text_embeds", vector)]);
        return vector.Values.ToArray();
    }
}
