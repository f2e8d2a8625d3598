using DiffusionHub.Inference.Exported;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Tests.Adapters;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Inference.Weights.Adapters;

namespace DiffusionHub.Inference.Tests.Exported;

/// <summary>LoRAs on exported graphs: as on written ones, whatever the exporter made of the weights.</summary>
public sealed class ExportedLoraTests : IDisposable
{
    private const string Layer = "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k";
    private static readonly TestLora Change = new(Layer, TestTensor.Random(1, 6, 2), TestTensor.Random(2, 2, 4), null, 64);
    private static readonly float[] Weight = TestTensor.Random(3, 6, 4).Values;
    private readonly TestModel model = new();

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData("lora_te1_", 1)]
    [InlineData("lora_te2_", 2)]
    public void A_text_encoder_gives_what_the_written_one_gives(string prefix, int encoder)
    {
        TestLora[] layers =
        [
            new("text_model.encoder.layers.1.self_attn.q_proj", TestTensor.Random(1, 40, 4), TestTensor.Random(2, 4, 40), null, 2),
            new("text_model.encoder.layers.3.mlp.fc2", TestTensor.Random(3, 40, 4), TestTensor.Random(4, 4, 80), null, null),
            new("text_projection", TestTensor.Random(5, 40, 2), TestTensor.Random(6, 2, 40), null, null),
        ];
        using var lora = Lora(layers.SelectMany(l => l.Kohya(prefix)));
        Adapter[] adapters = [new(lora, 0.8f), new(lora, -0.3f)];
        using var weights = WeightSet.Open(TestFiles.Path("text", "model.safetensors"));
        using var written = Graph.Load(ClipTextGraph.Write(ClipTextConfig.Read(TestFiles.Path("text", "config.json")), weights, adapters, encoder));
        using var exported = Graph.LoadExported(TestFiles.Path("exported", "text.onnx"), GraphRole.TextEncoder, adapters, encoder);
        using var plain = Graph.LoadExported(TestFiles.Path("exported", "text.onnx"), GraphRole.TextEncoder, adapters, 3 - encoder);
        using var expected = Embed(written);
        using var actual = Embed(exported);
        using var unchanged = Embed(plain);
        TestFiles.Error(actual, expected).ShouldBeLessThan(5e-6);
        TestFiles.Error(unchanged, expected).ShouldBeGreaterThan(1e-2);
    }

    [Theory]
    [InlineData("anonymous", "/down_blocks.1/attentions.0/transformer_blocks.0/attn2/to_k/MatMul", "MatMul")]
    [InlineData("anonymous", "/unet/down_blocks.1/attentions.0/transformer_blocks.0/attn2/attn2.to_k/MatMul_1", "MatMul", "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k")]
    [InlineData(Layer + ".weight", "MatMul_17", "MatMul")]
    [InlineData("unet." + Layer + ".weight", "Gemm_3", "Gemm")]
    [InlineData("anonymous", "/" + Layer + "/Gemm", "Gemm")]
    [InlineData(Layer + ".weight", "node_3", "Transpose")]
    [InlineData("anonymous", "MatMul_17", "Added")]
    [InlineData("anonymous", "/m/" + Layer + "/MatMul", "FusedMatMul")]
    [InlineData(Layer + ".weight", "Conv_5", "Conv")]
    public void A_layer_is_found_by_its_scope_or_by_what_kept_its_name(string constant, string node, string kind, string layer = Layer)
    {
        using var lora = Lora((Change with { Layer = layer }).Kohya("lora_unet_"));
        Check(constant, node, kind, OnnxType.Float, lora, 1e-6);
    }

    [Fact]
    public void Weights_of_half_the_size_stay_so()
    {
        using var lora = Lora(Change.Kohya("lora_unet_"));
        Check("anonymous", "/" + Layer + "/MatMul", "MatMul", OnnxType.Float16, lora, 2e-3);
    }

    // LoRAs for SDXL have the names of the original latent diffusion code: the file's only block of the way down that attends is its second.
    [Fact]
    public void The_original_codes_names_are_understood()
    {
        model.Graph.Constant<float>("conv", OnnxType.Float, new float[16], [4, 4]);
        foreach (var block in new[] { "down_blocks.0/resnets.0/conv1", "down_blocks.0/resnets.1/conv1", "down_blocks.1/resnets.0/conv1", "down_blocks.1/attentions.0/norm" })
        {
            model.Graph.Node($"/{block}/MatMul", "MatMul", "", ["sample", "conv"], [block], []);
        }

        using var lora = Lora(Change.Kohya("lora_unet_", "input_blocks.4.1.transformer_blocks.0.attn2.to_k"));
        Check("anonymous", "/" + Layer + "/MatMul", "MatMul", OnnxType.Float, lora, 1e-6);
    }

    [Fact]
    public void A_LoRA_for_another_model_is_refused()
    {
        using var lora = Lora(Change.Kohya("lora_unet_").Concat((Change with { Layer = "mid_block.attentions.0.proj_in" }).Kohya("lora_unet_")));
        Refused(lora, model, "mid_block", "1 of 2 layers fit");
        using var other = Lora((Change with { Down = TestTensor.Random(2, 2, 5) }).Kohya("lora_unet_"));
        using var again = new TestModel();
        Refused(other, again, "[6, 5]", "[6, 4]");
    }

    private static void Refused(LoraFile lora, TestModel model, params string[] says)
    {
        Write(model, "anonymous", "/" + Layer + "/MatMul", "MatMul", OnnxType.Float, Weight);
        var message = Should.Throw<ModelFileException>(() => Graph.LoadExported(model.Path, GraphRole.Unet, [new(lora, 1)])).Message;
        says.Append(model.Path).Append(lora.Path).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    private void Check(string constant, string node, string kind, OnnxType type, LoraFile lora, double limit)
    {
        Write(model, constant, node, kind, type, Weight);
        using var graph = Graph.LoadExported(model.Path, GraphRole.Unet, [new(lora, 0.5f)]);
        using var actual = Run(graph, kind == "Conv");

        using var changed = new TestModel();
        var delta = Change.Delta(WeightType.Float32);
        Write(changed, constant, node, kind, type, [.. Weight.Select((w, i) => (float)(w + (0.5 * delta[i])))]);
        using var reference = Graph.LoadExported(changed.Path, GraphRole.Unet);
        using var expected = Run(reference, kind == "Conv");
        TestFiles.Error(actual, expected).ShouldBeLessThan(limit);

        using var plain = Graph.LoadExported(model.Path, GraphRole.Unet, [new(lora, 0)]);
        using var unchanged = Run(plain, kind == "Conv");
        TestFiles.Error(unchanged, expected).ShouldBeGreaterThan(1e-2);
    }

    // A linear layer (6, 4) over the last axis, or over the channels, as exporters write it.
    private static void Write(TestModel model, string constant, string node, string kind, OnnxType type, float[] weight)
    {
        model.Graph.Input("sample", type, ["batch", 4, "height", "width"]);
        model.Graph.Input("timestep", type, ["batch"]);
        model.Graph.Input("encoder_hidden_states", type, ["batch", "tokens", 32]);
        model.Graph.Output("out_sample", type, ["batch", "channels", "height", "columns"]);
        float[] turned = [.. Enumerable.Range(0, 24).Select(i => weight[(i % 6 * 4) + (i / 6)])];
        var asIs = kind is "Gemm" or "Transpose" or "FusedMatMul" or "Conv";
        long[] shape = kind == "Conv" ? [6, 4, 1, 1] : asIs ? [6, 4] : [4, 6];
        if (type == OnnxType.Float16)
        {
            model.Graph.Constant<Half>(constant, type, Array.ConvertAll(asIs ? weight : turned, w => (Half)w), shape);
        }
        else
        {
            model.Graph.Constant<float>(constant, type, asIs ? weight : turned, shape);
        }

        switch (kind)
        {
            case "Gemm":
                model.Graph.Constant<long>("rows", OnnxType.Int64, [-1, 4], [2]);
                model.Graph.Constant<long>("whole", OnnxType.Int64, [2, 4, 3, 6], [4]);
                model.Node("Reshape", ["sample", "rows"], ["flat"]);
                model.Graph.Node(node, "Gemm", "", ["flat", constant], ["product"], [new("transB", 1L)]);
                model.Node("Reshape", ["product", "whole"], ["out_sample"]);
                break;
            case "Transpose":
                model.Graph.Node(node, "Transpose", "", [constant], ["turned"], [new("perm", new[] { 1L, 0L })]);
                model.Node("MatMul", ["sample", "turned"], ["out_sample"]);
                break;
            case "Added":
                model.Graph.Constant<float>(Layer + ".bias", OnnxType.Float, [1, 2, 3, 4, 5, 6], [6]);
                model.Graph.Node(node, "MatMul", "", ["sample", constant], ["product"], []);
                model.Node("Add", [Layer + ".bias", "product"], ["out_sample"]);
                break;
            case "FusedMatMul":
                model.Graph.Node(node, "FusedMatMul", OnnxGraphWriter.Microsoft, ["sample", constant], ["out_sample"], [new("transB", 1L)]);
                break;
            default:
                model.Graph.Node(node, kind, "", ["sample", constant], ["out_sample"], []);
                break;
        }

        model.Write();
    }

    private LoraFile Lora(IEnumerable<KeyValuePair<string, TestTensor>> tensors)
    {
        var path = Path.Combine(model.Folder, $"{Guid.NewGuid()}.safetensors");
        TestWeights.Write(path, new Dictionary<string, TestTensor>(tensors));
        return LoraFile.Open(path);
    }

    private static GraphTensor<float> Run(Graph graph, bool convolved)
    {
        using var sample = GraphTensor.Rent<float>(2, 4, 3, 4);
        using var timestep = GraphTensor.Rent<float>(2);
        using var context = GraphTensor.Rent<float>(2, 5, 32);
        TestTensor.Random(7, 96).Values.CopyTo(sample.Values);
        timestep.Values.Clear();
        context.Values.Clear();
        return convolved ? Output(2, 6, 3, 4) : Output(2, 4, 3, 6);

        GraphTensor<float> Output(params long[] shape)
        {
            var output = GraphTensor.Rent<float>(shape);
            output.Values.Fill(float.NaN);
            graph.Run([("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context)], [("out_sample", output)]);
            return output;
        }
    }

    private static GraphTensor<float> Embed(Graph graph)
    {
        using var ids = GraphTensor.Rent<long>(1, 77);
        ids.Values.Fill(662);
        ids.Values[3] = 17;
        var vector = GraphTensor.Rent<float>(1, 40);
        graph.Run([("input_ids", ids)], [("text_embeds", vector)]);
        return vector;
    }
}
