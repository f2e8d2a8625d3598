using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Dialects;

/// <summary>Graphs of float16 on the processor, which computes most of them in float32 between casts: inputs, weights and results are rounded as on a GPU.</summary>
public sealed class HalfTests
{
    private const double Limit = 2e-2;

    public static TheoryData<string> Dialects => ["portable", "cuda"];

    [Theory]
    [MemberData(nameof(Dialects))]
    public void A_UNet_stays_near_the_original(string dialect)
    {
        using var weights = WeightSet.Open(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors"));
        var written = UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), weights, new UnetGraphOptions { Dialect = Of(dialect) });
        using var graph = Load(written, dialect);
        graph.Inputs.Values.ShouldAllBe(input => input.ElementType == typeof(float));
        graph.Outputs["out_sample"].ElementType.ShouldBe(typeof(float));
        using var sample = TestFiles.Npy("unet", "sample.npy");
        using var timestep = TestFiles.Npy("unet", "timestep.npy");
        using var context = TestFiles.Npy("unet", "encoder_hidden_states.npy");
        using var expected = TestFiles.Npy("unet", "output.npy");
        using var actual = GraphTensor.Rent<float>([.. expected.Shape]);
        graph.Run([("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context)], [("out_sample", actual)]);
        Between(TestFiles.Error(actual, expected));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void A_small_decoder_stays_near_the_original(string dialect)
    {
        using var weights = WeightSet.Open(TestFiles.Path("taesd", "diffusion_pytorch_model.safetensors"));
        using var graph = Load(IAutoencoderConfig.Read(TestFiles.Path("taesd", "config.json")).Decoder(weights, Of(dialect)), dialect);
        using var latents = TestFiles.Npy("taesd", "latents.npy");
        using var expected = TestFiles.Npy("taesd", "decoded.npy");
        using var actual = GraphTensor.Rent<float>([.. expected.Shape]);
        graph.Run([("latent_sample", latents)], [("sample", actual)]);
        Between(TestFiles.Error(actual, expected));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void The_hubs_own_decoder_stays_near_its_float32(string dialect)
    {
        var config = AutoencoderKlConfig.Read(Path.Combine(TestFiles.Sprout, "vae", "config.json"));
        using var weights = WeightSet.Open(Path.Combine(TestFiles.Sprout, "vae", "diffusion_pytorch_model.safetensors"));
        using var half = Load(config.Decoder(weights, Of(dialect)), dialect);
        using var full = Graph.Load(config.Decoder(weights, GraphDialect.Portable));
        using var latents = GraphTensor.Rent<float>(1, config.LatentChannels, 8, 8);
        for (var i = 0; i < latents.Values.Length; i++)
        {
            latents.Values[i] = MathF.Sin(i * 0.37f) * 2;
        }

        using var expected = GraphTensor.Rent<float>(1, 3, 8 * config.Factor, 8 * config.Factor);
        using var actual = GraphTensor.Rent<float>([.. expected.Shape]);
        full.Run([("latent_sample", latents)], [("sample", expected)]);
        half.Run([("latent_sample", latents)], [("sample", actual)]);
        Between(TestFiles.Error(actual, expected));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void A_text_encoder_stays_near_its_float32(string dialect)
    {
        var config = ClipTextConfig.Read(TestFiles.Path("text", "config.json"));
        using var weights = WeightSet.Open(TestFiles.Path("text", "model.safetensors"));
        using var half = Load(ClipTextGraph.Write(config, weights, dialect: Of(dialect)), dialect);
        using var full = Graph.Load(ClipTextGraph.Write(config, weights, dialect: GraphDialect.Portable));
        using var ids = GraphTensor.Rent<long>(2, 77);
        for (var i = 0; i < ids.Values.Length; i++)
        {
            ids.Values[i] = i % 77 == 0 ? 661 : i % 77 > 9 ? 662 : 7 * i % 660;
        }

        foreach (var name in new[] { "last_hidden_state", "text_embeds", "hidden_states.2" })
        {
            long[] shape = name == "text_embeds" ? [2, config.Projection!.Value] : [2, 77, config.Width];
            using var expected = GraphTensor.Rent<float>(shape);
            using var actual = GraphTensor.Rent<float>(shape);
            full.Run([("input_ids", ids)], [(name, expected)]);
            half.Run([("input_ids", ids)], [(name, actual)]);
            Between(TestFiles.Error(actual, expected));
        }
    }

    [Fact]
    public void Weights_of_float16_are_used_as_they_lie()
    {
        using var weights = WeightSet.Open(Path.Combine(TestFiles.Sprout, "unet", "diffusion_pytorch_model.safetensors"));
        var config = UnetConfig.Read(Path.Combine(TestFiles.Sprout, "unet", "config.json"));
        var written = UnetGraph.Write(config, weights, new UnetGraphOptions { Dialect = GraphDialect.PortableHalf });
        var stored = written.Initializers.Where(i => i.Type == OnnxType.Float16).Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        stored.Count.ShouldBe(written.Initializers.Count);
        written.Tape!.Nodes.ShouldNotContain(node => node.Type == "Cast" && stored.Contains(node.Inputs[0]));
    }

    private static GraphDialect Of(string dialect) => dialect == "cuda" ? GraphDialect.CudaHalf : GraphDialect.PortableHalf;

    private static Graph Load(WrittenGraph graph, string dialect) => Graph.Load(dialect == "cuda" ? FusedOperators.Explained(graph) : graph);

    // An error of float32's size would mean that nothing was rounded.
    private static void Between(double error)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"error {error}");
        error.ShouldBeInRange(1e-6, Limit);
    }
}
