using System.Text;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Inference.Graphs.PlainUnet;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Tests.Formula;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Gradients;

/// <summary>Gradients of whole models, against PyTorch's (see goldens/README.md) and against central differences.</summary>
public sealed class ModelGradientTests
{
    private const double GoldenLimit = 5e-6;
    private const double DifferenceLimit = 1e-3;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_UNets_gradient_is_that_of_the_original(bool checkpoints)
    {
        using var weights = Unet(out var unet);
        using var graph = Graph.Load(VjpGraph.Write(unet, "sample", "out_sample", checkpoints));
        using var sample = TestFiles.Npy("gradient", "sample.npy");
        using var timestep = TestFiles.Npy("gradient", "timestep.npy");
        using var context = TestFiles.Npy("gradient", "encoder_hidden_states.npy");
        using var cotangent = TestFiles.Npy("gradient", "cotangent.npy");
        using var expectedOutput = TestFiles.Npy("gradient", "output.npy");
        using var expected = TestFiles.Npy("gradient", "vjp.npy");
        using var output = GraphTensor.Rent<float>([.. expectedOutput.Shape]);
        using var vjp = GraphTensor.Rent<float>([.. expected.Shape]);
        graph.Run(
            [("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context), (VjpGraph.Cotangent, cotangent)],
            [("out_sample", output), (VjpGraph.Vjp, vjp)]);
        TestFiles.Error(output, expectedOutput).ShouldBeLessThan(GoldenLimit);
        TestFiles.Error(vjp, expected).ShouldBeLessThan(GoldenLimit);
    }

    [Theory]
    [InlineData("sample", 8, 8, true)]
    [InlineData("sample", 8, 8, false)]
    [InlineData("sample", 7, 5, true)]
    [InlineData("encoder_hidden_states", 4, 4, true)]
    public void A_UNets_gradient_is_the_slope(string input, int height, int width, bool checkpoints)
    {
        using var weights = Unet(out var unet);
        using var sample = Differences.Wave(1, 2, 4, height, width);
        using var timestep = GraphTensor.Rent<float>(2);
        using var context = Differences.Wave(2, 2, 5, 32);
        (timestep.Values[0], timestep.Values[1]) = (30, 700);
        var inputs = new Dictionary<string, GraphTensor> { ["sample"] = sample, ["timestep"] = timestep, ["encoder_hidden_states"] = context };
        Differences.Error(unet, input, "out_sample", inputs, [2, 4, height, width], checkpoints).ShouldBeLessThan(DifferenceLimit);
    }

    // Residual blocks that halve odd sides, too.
    [Theory]
    [InlineData("ddpm", 3, 8, 8)]
    [InlineData("guided", 6, 8, 8)]
    [InlineData("guided", 6, 7, 5)]
    public void A_gradient_of_a_UNet_without_text_is_the_slope(string name, int channels, int height, int width)
    {
        using var model = new FormulaModel("plain-unet", name);
        using var weights = WeightSet.Open(model.Weights);
        var inputs = new Dictionary<string, GraphTensor> { ["sample"] = Differences.Wave(1, 2, 3, height, width), ["timestep"] = FormulaModel.Values<float>([30, 700], 2) };
        if (name == "guided")
        {
            inputs["class_labels"] = FormulaModel.Values<long>([1, 4], 2);
        }

        var graph = PlainUnetGraph.Write(PlainUnetConfig.Read(model.Config), weights);
        Differences.Error(graph, "sample", "out_sample", inputs, [2, channels, height, width], step: 1f / 128).ShouldBeLessThan(DifferenceLimit);
    }

    [Theory]
    [InlineData(true, "latent_sample", "sample", 8, 3, 4, 32)]
    [InlineData(false, "sample", "latent_parameters", 3, 16, 40, 5)]
    public void An_autoencoders_gradient_is_the_slope(bool decoder, string input, string output, int channels, int outChannels, int side, int outSide)
    {
        using var weights = WeightSet.Open(Path.Combine(TestFiles.Sprout, "vae", "diffusion_pytorch_model.safetensors"));
        var config = AutoencoderKlConfig.Read(Path.Combine(TestFiles.Sprout, "vae", "config.json"));
        using var x = Differences.Wave(1, 1, channels, side, side);
        var graph = decoder ? config.Decoder(weights, GraphDialect.Portable) : config.Encoder(weights, GraphDialect.Portable);
        Differences.Error(graph, input, output, new Dictionary<string, GraphTensor> { [input] = x }, [1, outChannels, outSide, outSide], step: 1f / 64).ShouldBeLessThan(DifferenceLimit);
    }

    // Without checkpoints nothing is computed twice; with them, that the runtime does not merge the two is what keeps memory low.
    [Fact]
    public void Checkpoints_write_blocks_again()
    {
        using var weights = Unet(out var unet);
        var (forward, kept, again) = (Attentions(unet), Attentions(VjpGraph.Write(unet, "sample", "out_sample", checkpoints: false)), Attentions(VjpGraph.Write(unet, "sample", "out_sample")));
        kept.ShouldBe(forward);
        again.ShouldBe(2 * forward);

        static int Attentions(WrittenGraph graph) => Encoding.Latin1.GetString(graph.Model.Span).Split("\u0012MultiHeadAttention").Length - 1;
    }

    private static WeightSet Unet(out WrittenGraph graph)
    {
        var weights = WeightSet.Open(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors"));
        graph = UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), weights, new UnetGraphOptions { Dialect = GraphDialect.Portable });
        return weights;
    }
}
