using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Dialects;

/// <summary>How layers are written for NVIDIA GPUs: which operator, over what, with which attributes; ContribOperators.md of ONNX Runtime is what they are held against.</summary>
public sealed class CudaKernelTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-cuda-");

    public void Dispose() => folder.Delete(recursive: true);

    // Residual blocks: down, middle, up. Each has two normalisations, the second of a sum; each transformer has one, and the end of the UNet.
    [Theory]
    [InlineData("sd15", 8 + 2 + 12, 6 + 1 + 9, 16)]
    [InlineData("sdxl", 6 + 2 + 9, 4 + 1 + 6, (2 * (2 + 10)) + 10 + (3 * (2 + 10)))]
    public void A_published_UNet_is_all_fused(string config, int residualBlocks, int transformers, int transformerLayers)
    {
        var types = Types(Published(config, GraphDialect.CudaHalf));
        types.ShouldNotContainKey("InstanceNormalization");
        types.ShouldNotContainKey("Gelu");
        types["GroupNorm"].ShouldBe(residualBlocks + transformers + 1);
        types["SkipGroupNorm"].ShouldBe(residualBlocks);
        types["MultiHeadAttention"].ShouldBe(2 * transformerLayers);
        types["SkipLayerNormalization"].ShouldBe(2 * transformerLayers);
        types["LayerNormalization"].ShouldBe(transformerLayers);
        types["BiasSplitGelu"].ShouldBe(transformerLayers);
        types["BiasAdd"].ShouldBe(transformerLayers);
    }

    [Fact]
    public void A_group_normalisation_sees_channels_last_and_takes_float32_factors()
    {
        var norm = Graph((m, x) => m["norm"].GroupNorm(x, 32, 1e-5f, silu: true), 320, picture: true).Nodes;
        norm.Select(node => node.Type).ShouldBe(["Cast", "Transpose", "GroupNorm", "Transpose"]);
        norm[1].Attribute<long[]>("perm", []).ShouldBe([0, 2, 3, 1]);
        norm[2].Inputs.ShouldBe([norm[1].Outputs[0], "norm.weight:Float", "norm.bias:Float"]);
        norm[2].Domain.ShouldBe("com.microsoft");
        Attributes(norm[2]).ShouldBe(["groups=32", "epsilon=1E-05", "activation=1", "channels_last=1"]);
        norm[3].Attribute<long[]>("perm", []).ShouldBe([0, 3, 1, 2]);
    }

    // One channel a group is not what the kernel was compiled for, nor are 64 groups.
    [Theory]
    [InlineData(32, 32)]
    [InlineData(128, 64)]
    [InlineData(96, 32)]
    public void What_the_kernel_cannot_take_is_written_portably(int width, int groups) =>
        Graph((m, x) => m["norm"].GroupNorm(x, groups, 1e-5f), width, picture: true).Nodes.Select(node => node.Type).ShouldContain("InstanceNormalization");

    [Fact]
    public void Sizes_that_kernels_were_not_compiled_for_are_written_portably()
    {
        var nodes = Graph((m, x) => m.Graph.Kernels.AddLinear(m["out"], m.Graph.Kernels.GatedGelu(m["in"], x, 8 * x.Width), x), 96, picture: false).Nodes;
        nodes.Select(node => node.Type).ShouldBe(["Cast", "FusedMatMul", "Add", "Split", "Gelu", "Mul", "FusedMatMul", "Add", "Add"]);
    }

    [Theory]
    [InlineData(320)]
    [InlineData(640)]
    public void Fused_layers_compute_what_the_portable_ones_do(int width)
    {
        var path = Path.Combine(folder.FullName, "weights.safetensors");
        Func<Module, GraphValue, GraphValue> layers = (m, x) =>
        {
            var (sum, normal) = m.Graph.Kernels.AddLinearNorm(m["first"], x, x, m["norm"], 1e-5f);
            return m.Graph.Kernels.AddLinear(m["out"], m.Graph.Kernels.GatedGelu(m["in"], normal, 8 * x.Width), sum);
        };
        var plan = new WeightPlan(path, WeightType.Float32);
        Write(plan, GraphDialect.Portable, layers, width, picture: false);
        plan.Write();

        using var weights = WeightSet.Open(path);
        using var portable = Inference.Graph.Load(Write(weights, GraphDialect.Portable, layers, width, picture: false));
        using var fused = Inference.Graph.Load(FusedOperators.Explained(Write(weights, GraphDialect.CudaHalf, layers, width, picture: false)));
        using var x = GraphTensor.Rent<float>(2, 5, width);
        for (var i = 0; i < x.Values.Length; i++)
        {
            x.Values[i] = MathF.Cos(i * 0.71f);
        }

        using var expected = GraphTensor.Rent<float>(2, 5, width);
        using var actual = GraphTensor.Rent<float>(2, 5, width);
        portable.Run([("x", x)], [("y", expected)]);
        fused.Run([("x", x)], [("y", actual)]);
        TestFiles.Error(actual, expected).ShouldBeInRange(1e-6, 5e-3);
    }

    [Fact]
    public void A_graph_for_GPUs_is_refused_on_the_processor_by_the_names_of_its_operators()
    {
        using var weights = WeightSet.Open(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors"));
        var written = UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), weights, new UnetGraphOptions { Dialect = GraphDialect.CudaHalf });
        var message = Should.Throw<InferenceException>(() => Inference.Graph.Load(written)).Message;
        new[] { "GroupNorm, SkipGroupNorm", "cpu", "NVIDIA", weights.Path }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Fact]
    public void Attention_that_needs_the_range_of_float32_gets_it()
    {
        using var plan = new WeightPlan("unused", WeightType.Float16);
        var config = UnetConfig.Read(TestFiles.Path("unet", "config.json")) with { ExactAttention = true };
        var nodes = UnetGraph.Write(config, plan, new UnetGraphOptions { Dialect = GraphDialect.CudaHalf }).Tape!.Nodes;
        var casts = nodes.Where(node => node.Type == "Cast" && node.Attribute("to", 0L) == (long)OnnxType.Float).SelectMany(node => node.Outputs).ToHashSet(StringComparer.Ordinal);
        var attention = nodes.Where(node => node.Type == "MultiHeadAttention").ToList();
        attention.ShouldNotBeEmpty();
        attention.ShouldAllBe(node => node.Inputs.All(casts.Contains));
        attention.ShouldAllBe(node => nodes.Exists(cast => cast.Type == "Cast" && cast.Inputs[0] == node.Outputs[0] && cast.Attribute("to", 0L) == (long)OnnxType.Float16));
    }

    [Theory]
    [InlineData(0.18215f, true, true)]
    [InlineData(0.13025f, true, false)]
    [InlineData(0.13025f, false, true)]
    public void Only_SDXLs_own_autoencoder_stays_in_float32(float factor, bool wide, bool half)
    {
        var config = AutoencoderKlConfig.Read(Path.Combine(TestFiles.Sprout, "vae", "config.json")) with { ScalingFactor = factor, WideRange = wide };
        config.Fitting(GraphDialect.CudaHalf).Number.ShouldBe(half ? OnnxType.Float16 : OnnxType.Float);
    }

    [Fact]
    public void Gradients_are_written_portably_only()
    {
        using var plan = new WeightPlan("unused", WeightType.Float32);
        var written = UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), plan, new UnetGraphOptions { Dialect = GraphDialect.CudaHalf });
        Should.Throw<NotSupportedException>(() => VjpGraph.Write(written, "sample", "out_sample")).Message.ShouldContain("GroupNorm");
    }

    private static WrittenGraph Published(string config, GraphDialect dialect)
    {
        using var plan = new WeightPlan("unused", WeightType.Float16);
        return UnetGraph.Write(UnetConfig.Read(TestFiles.Path("configs", config + ".json")), plan, new UnetGraphOptions { Dialect = dialect });
    }

    private static GraphTape Graph(Func<Module, GraphValue, GraphValue> layer, int width, bool picture)
    {
        using var plan = new WeightPlan("unused", WeightType.Float32);
        var tape = Write(plan, GraphDialect.CudaHalf, layer, width, picture).Tape!;
        tape.Nodes.RemoveAll(node => node.Type == "Cast" && node.Inputs[0] != "x");
        return tape;
    }

    private static WrittenGraph Write(WeightSet weights, GraphDialect dialect, Func<Module, GraphValue, GraphValue> layer, int width, bool picture)
    {
        var builder = new GraphBuilder("layer", weights, dialect: dialect);
        OnnxDimension[] shape = picture ? ["batch", width, "height", "width"] : ["batch", "tokens", width];
        builder.Output("y", layer(builder.Root, builder.Input("x", OnnxType.Float, width, shape)), shape);
        return builder.Write();
    }

    private static Dictionary<string, int> Types(WrittenGraph graph) => graph.Tape!.Nodes.GroupBy(node => node.Type, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

    private static string[] Attributes(TapeNode node) => [.. node.Attributes.Select(a => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{a.Name}={a.Value}"))];
}
