using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

public sealed class GraphTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-graph-");

    private string Decoder => Path.Combine(folder.FullName, "decoder.onnx");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_graph_in_a_file_finds_its_weights_beside_it()
    {
        Write();
        using var graph = Graph.Load(Decoder);
        graph.Inputs["latent_sample"].ShouldBe(graph.Inputs.Values.Single());
        graph.Inputs["latent_sample"].ElementType.ShouldBe(typeof(float));
        using var latents = GraphTensor.Rent<float>(2, 8, 16, 16);
        using var pictures = GraphTensor.Rent<float>(2, 3, 128, 128);
        latents.Values.Clear();
        graph.Run([("latent_sample", latents)], [("sample", pictures)]);
        var first = pictures.Values.ToArray();
        first.ShouldAllBe(v => float.IsFinite(v) && MathF.Abs(v) < 4);
        first.AsSpan(0, first.Length / 2).SequenceEqual(first.AsSpan(first.Length / 2)).ShouldBeTrue("both pictures are the same");

        pictures.Values.Clear();
        graph.Run([("latent_sample", latents)], [("sample", pictures)]);
        pictures.Values.SequenceEqual(first).ShouldBeTrue("a second run gives the same bits");
    }

    [Fact]
    public void A_missing_graph_is_named()
    {
        var path = Path.Combine(folder.FullName, "model.onnx");
        Should.Throw<InferenceException>(() => Graph.Load(path)).Message.ShouldContain(path);
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(1, 0.5)]
    [InlineData(1, 0)]
    public void A_truncated_graph_or_weights_file_is_refused_by_name(double graph, double weights)
    {
        Write(graph, weights);
        Should.Throw<InferenceException>(() => Graph.Load(Decoder)).Message.ShouldContain(Decoder);
    }

    [Fact]
    public void A_wrong_shape_is_refused_with_the_graphs_name()
    {
        Write();
        using var graph = Graph.Load(Decoder);
        using var latents = GraphTensor.Rent<float>(1, 4, 16, 16);
        using var pictures = GraphTensor.Rent<float>(1, 3, 128, 128);
        latents.Values.Clear();
        Should.Throw<InferenceException>(() => graph.Run([("latent_sample", latents)], [("sample", pictures)])).Message.ShouldContain("decoder.onnx");
    }

    // sprout's decoder and its weights, or the beginnings of them.
    private void Write(double graph = 1, double weights = 1)
    {
        var source = Path.Combine(TestFiles.Sprout, "vae", "diffusion_pytorch_model.safetensors");
        using var set = WeightSet.Open(source);
        var model = AutoencoderKlGraphs.Decoder(AutoencoderKlConfig.Read(Path.Combine(TestFiles.Sprout, "vae", "config.json")), set).Model;
        File.WriteAllBytes(Decoder, model.Span[..(int)(model.Length * graph)]);
        if (weights > 0)
        {
            var bytes = File.ReadAllBytes(source);
            File.WriteAllBytes(Path.Combine(folder.FullName, Path.GetFileName(source)), bytes.AsSpan(0, (int)(bytes.Length * weights)));
        }
    }
}
