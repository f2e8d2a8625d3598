namespace DiffusionHub.Inference.Tests;

public sealed class GraphTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-graph-");

    private static string Sprout => Repository.At("models", "sprout");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Weights_are_read_in_place_from_the_safetensors_file()
    {
        using var graph = Graph.Load(Path.Combine(Sprout, "vae", "decoder.onnx"));
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
        Cut("decoder.onnx", graph);
        if (weights > 0)
        {
            Cut("diffusion_pytorch_model.safetensors", weights);
        }

        var fault = Should.Throw<InferenceException>(() => Graph.Load(Path.Combine(folder.FullName, "decoder.onnx")));
        fault.Message.ShouldContain(Path.Combine(folder.FullName, "decoder.onnx"));
    }

    [Fact]
    public void A_wrong_shape_is_refused_with_the_graphs_name()
    {
        using var graph = Graph.Load(Path.Combine(Sprout, "vae", "decoder.onnx"));
        using var latents = GraphTensor.Rent<float>(1, 4, 16, 16);
        using var pictures = GraphTensor.Rent<float>(1, 3, 128, 128);
        latents.Values.Clear();
        Should.Throw<InferenceException>(() => graph.Run([("latent_sample", latents)], [("sample", pictures)])).Message.ShouldContain("decoder.onnx");
    }

    private void Cut(string name, double part)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Sprout, "vae", name));
        File.WriteAllBytes(Path.Combine(folder.FullName, name), bytes[..(int)(bytes.Length * part)]);
    }
}
