using System.Text;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Inference.Weights.Adapters;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference.Tests.Adapters;

/// <summary>A UNet with LoRAs against the same UNet with weights that were changed by the definition.</summary>
public sealed class LoraTests : IDisposable
{
    private const double Limit = 2e-6;
    private const string Attention = "down_blocks.0.attentions.0.transformer_blocks.0.attn1";

    private static readonly TestLora[] Projections =
    [
        new($"{Attention}.to_q", TestTensor.Random(1, 16, 4), TestTensor.Random(2, 4, 16), null, null),
        new($"{Attention}.to_out.0", TestTensor.Random(3, 16, 2), TestTensor.Random(4, 2, 16), null, null),
        new("mid_block.attentions.0.transformer_blocks.0.attn2.to_v", TestTensor.Random(5, 32, 3), TestTensor.Random(6, 3, 32), null, null),
    ];

    private static readonly TestLora[] Layers =
    [
        .. Projections,
        new("up_blocks.1.attentions.1.transformer_blocks.0.ff.net.0.proj", TestTensor.Random(7, 128, 4), TestTensor.Random(8, 4, 16), null, 2),
        new("down_blocks.0.attentions.0.proj_in", TestTensor.Random(9, 16, 4), TestTensor.Random(10, 4, 16), null, 1),
        new("down_blocks.0.resnets.0.time_emb_proj", TestTensor.Random(11, 16, 4, 1, 1), TestTensor.Random(12, 4, 64, 1, 1), null, 3),
        new("down_blocks.1.resnets.0.conv_shortcut", TestTensor.Random(13, 32, 2, 1, 1), TestTensor.Random(14, 2, 16, 1, 1), null, null),
        new("mid_block.resnets.1.conv2", TestTensor.Random(15, 32, 4, 1, 1), TestTensor.Random(16, 4, 32, 3, 3), null, 4),
        new("conv_in", TestTensor.Random(17, 16, 5, 1, 1), TestTensor.Random(18, 3, 4, 1, 1), TestTensor.Random(19, 5, 3, 3, 3), 1.5f),
        new("down_blocks.0.downsamplers.0.conv", TestTensor.Random(20, 16, 4, 1, 1), TestTensor.Random(21, 4, 16, 3, 3), null, 2),
        new("up_blocks.0.upsamplers.0.conv", TestTensor.Random(22, 32, 4, 1, 1), TestTensor.Random(23, 4, 32, 3, 3), null, 2),
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-lora-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(WeightType.Float32, WeightType.Float32, 1f)]
    [InlineData(WeightType.Float32, WeightType.Float16, -0.6f)]
    [InlineData(WeightType.Float16, WeightType.Float16, 0.7f)]
    [InlineData(WeightType.Float16, WeightType.Float32, 1.5f)]
    [InlineData(WeightType.BFloat16, WeightType.BFloat16, 0.3f)]
    public void Every_kind_of_layer_is_changed_as_the_definition_says(WeightType model, WeightType lora, float weight)
    {
        using var file = Lora("kohya", Layers.SelectMany(l => l.Kohya("lora_unet_")), lora);
        var expected = Merged(model, (Layers, weight, lora));
        Difference(Run(Weights(model), new Adapter(file, weight)), expected).ShouldBeLessThan(Limit);
        Difference(Run(Weights(model)), expected).ShouldBeGreaterThan(0.01, "the change is visible");
    }

    [Theory]
    [InlineData("unet.", ".lora_B.weight", ".lora_A.weight", false)]
    [InlineData("base_model.model.unet.", ".lora_B.weight", ".lora_A.weight", false)]
    [InlineData("unet.base_model.model.", ".lora_B.default.weight", ".lora_A.default.weight", false)]
    [InlineData("", ".lora_B.weight", ".lora_A.weight", false)]
    [InlineData("unet.", ".lora.up.weight", ".lora.down.weight", false)]
    [InlineData("unet.", "_lora.up.weight", "_lora.down.weight", true)]
    [InlineData("", "_lora.up.weight", "_lora.down.weight", true)]
    public void Names_of_peft_and_of_diffusers_mean_the_same(string prefix, string up, string down, bool processors)
    {
        using var file = Lora("names", Projections.SelectMany(l => l.Dotted(prefix, up, down, processors ? Old : null)));
        Difference(Run(Weights(), new Adapter(file, 0.8f)), Merged(WeightType.Float32, (Projections, 0.8f, WeightType.Float32))).ShouldBeLessThan(Limit);

        static string Old(string layer) => layer.Replace(".to_out.0", ".to_out", StringComparison.Ordinal).Replace(".to_", ".processor.to_", StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_the_original_latent_diffusion_code_mean_the_same()
    {
        string[] names =
        [
            "input_blocks_1_1_transformer_blocks_0_attn1_to_q", "input_blocks_1_1_transformer_blocks_0_attn1_to_out_0", "middle_block_1_transformer_blocks_0_attn2_to_v",
            "output_blocks_3_1_transformer_blocks_0_ff_net_0_proj", "input_blocks_1_1_proj_in", "input_blocks_1_0_emb_layers_1", "input_blocks_3_0_skip_connection",
            "middle_block_2_out_layers_3", "input_blocks_0_0", "input_blocks_2_0_op", "output_blocks_1_1_conv",
        ];
        using var file = Lora("ldm", Layers.Zip(names).SelectMany(l => l.First.Kohya("lora_unet_", l.Second)));
        Difference(Run(Weights(), new Adapter(file, 1)), Merged(WeightType.Float32, (Layers, 1, WeightType.Float32))).ShouldBeLessThan(Limit);
    }

    [Fact]
    public void Alphas_that_diffusers_notes_in_the_header_count()
    {
        var path = Path.Combine(folder.FullName, "noted.safetensors");
        const string notes = """{"unet.r":4,"unet.lora_alpha":6,"unet.alpha_pattern":{"attn2.to_v":1.5},"unet.use_rslora":false,"text_encoder.lora_alpha":100}""";
        TestWeights.Write(
            path,
            new Dictionary<string, TestTensor>(Projections.SelectMany(l => l.Dotted("unet.", ".lora_B.weight", ".lora_A.weight"))),
            metadata: new Dictionary<string, string> { ["lora_adapter_metadata"] = notes });
        using var file = LoraFile.Open(path);
        TestLora[] same = [Projections[0] with { Alpha = 6 }, Projections[1] with { Alpha = 6 }, Projections[2] with { Alpha = 1.5f }];
        Difference(Run(Weights(), new Adapter(file, 0.4f)), Merged(WeightType.Float32, (same, 0.4f, WeightType.Float32))).ShouldBeLessThan(Limit);
    }

    [Theory]
    [InlineData("""{"unet.use_rslora":true}""", "rsLoRA")]
    [InlineData("""{"unet.lora_alpha":""", "lora_adapter_metadata")]
    [InlineData("""[]""", "lora_adapter_metadata")]
    [InlineData("""{"unet.alpha_pattern":{"to_q":"one"}}""", "lora_adapter_metadata")]
    public void Notes_that_cannot_be_followed_are_refused(string notes, string says)
    {
        var path = Path.Combine(folder.FullName, "noted.safetensors");
        TestWeights.Write(path, new Dictionary<string, TestTensor>(Projections[0].Kohya("lora_unet_")), metadata: new Dictionary<string, string> { ["lora_adapter_metadata"] = notes });
        var message = Should.Throw<ModelFileException>(() => LoraFile.Open(path)).Message;
        new[] { path, says }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Fact]
    public void Several_add_up()
    {
        using var first = Lora("first", Layers.SelectMany(l => l.Kohya("lora_unet_")));
        using var second = Lora("second", Projections.SelectMany(l => l.Dotted("unet.", ".lora_B.weight", ".lora_A.weight")), WeightType.Float16);
        var expected = Merged(WeightType.Float32, (Layers, 0.5f, WeightType.Float32), (Projections, -0.9f, WeightType.Float16), (Projections, 0.25f, WeightType.Float16));
        Difference(Run(Weights(), new Adapter(first, 0.5f), new Adapter(second, -0.9f), new Adapter(second, 0.25f)), expected).ShouldBeLessThan(Limit);
    }

    [Fact]
    public void A_weight_of_zero_changes_no_bit()
    {
        using var file = Lora("none", Layers.SelectMany(l => l.Kohya("lora_unet_")));
        Run(Weights(), new Adapter(file, 0)).ShouldBe(Run(Weights()));
    }

    // Else every step would multiply the factors again.
    [Theory]
    [InlineData(WeightType.Float32)]
    [InlineData(WeightType.Float16)]
    public void Nothing_of_it_is_left_to_compute_once_the_graph_is_loaded(WeightType type)
    {
        using var file = Lora("folded", Layers.SelectMany(l => l.Kohya("lora_unet_")), type);
        using var weights = WeightSet.Open(Weights(type));
        var written = UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), weights, new UnetGraphOptions { Adapters = [new Adapter(file, 1)], Dialect = GraphDialect.Portable });
        var (model, optimized) = (Path.Combine(folder.FullName, "model.onnx"), Path.Combine(folder.FullName, "optimized.onnx"));
        File.WriteAllBytes(model, written.Model.Span);
        using var options = new SessionOptions { OptimizedModelFilePath = optimized };
        using var session = new InferenceSession(model, options);
        foreach (var part in new[] { "conv_in.weight+0.product", "mid_block.resnets.1.conv2.weight+0.up" })
        {
            Encoding.Latin1.GetString(written.Model.Span).ShouldContain(part);
            Encoding.Latin1.GetString(File.ReadAllBytes(optimized)).ShouldNotContain(part);
        }
    }

    private LoraFile Lora(string name, IEnumerable<KeyValuePair<string, TestTensor>> tensors, WeightType type = WeightType.Float32)
    {
        var path = Path.Combine(folder.FullName, name + ".safetensors");
        TestWeights.Write(path, new Dictionary<string, TestTensor>(tensors), type);
        return LoraFile.Open(path);
    }

    private string Weights(WeightType type = WeightType.Float32)
    {
        var path = Path.Combine(folder.FullName, $"unet-{type}.safetensors");
        TestWeights.Write(path, TestWeights.Read(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors")), type);
        return path;
    }

    private float[] Merged(WeightType model, params (TestLora[] Layers, float Weight, WeightType Type)[] loras)
    {
        var tensors = TestWeights.Read(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors")).ToDictionary(
            t => t.Key, t => t.Value with { Values = Array.ConvertAll(t.Value.Values, v => TestWeights.Stored(v, model)) }, StringComparer.Ordinal);
        foreach (var (layer, weight, type) in loras.SelectMany(l => l.Layers, (l, layer) => (layer, l.Weight, l.Type)))
        {
            var values = tensors[layer.Layer + ".weight"].Values;
            var delta = layer with { Alpha = layer.Alpha is { } alpha ? TestWeights.Stored(alpha, type) : null };
            var changes = delta.Delta(type);
            changes.Length.ShouldBe(values.Length);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(values[i] + (weight * changes[i]));
            }
        }

        var path = Path.Combine(folder.FullName, "merged.safetensors");
        TestWeights.Write(path, tensors);
        return Run(path);
    }

    private static float[] Run(string path, params Adapter[] adapters)
    {
        using var weights = WeightSet.Open(path);
        using var graph = Graph.Load(UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), weights, new UnetGraphOptions { Adapters = adapters }));
        using var sample = TestFiles.Npy("unet", "sample.npy");
        using var timestep = TestFiles.Npy("unet", "timestep.npy");
        using var context = TestFiles.Npy("unet", "encoder_hidden_states.npy");
        using var output = GraphTensor.Rent<float>([.. sample.Shape]);
        graph.Run([("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context)], [("out_sample", output)]);
        return output.Values.ToArray();
    }

    private static double Difference(float[] actual, float[] expected) =>
        actual.Zip(expected, (a, b) => Math.Abs((double)a - b)).Max() / Math.Max(1, expected.Max(Math.Abs));
}
