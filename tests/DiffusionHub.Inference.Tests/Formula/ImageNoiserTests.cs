using DiffusionHub.Inference.Graphs.Unclip;
using DiffusionHub.Inference.Tests.Adapters;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Formula;

/// <summary>Stable unCLIP's vectors under noise, worked out by hand.</summary>
public sealed class ImageNoiserTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-noiser-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Noise_comes_into_the_normalised_vector_and_the_level_after_it()
    {
        var path = Path.Combine(folder.FullName, "weights.safetensors");
        TestWeights.Write(path, new Dictionary<string, TestTensor> { ["mean"] = new([1, 4], [1, 0, -1, 2]), ["std"] = new([1, 4], [2, 1, 0.5f, 4]) });
        using var weights = WeightSet.Open(path);
        using var graph = Graph.Load(ImageNoiserGraph.Write(4, weights));
        using var vector = FormulaModel.Values<float>([3, 5, 0, 2], 1, 4);
        using var noise = FormulaModel.Values<float>([1, -1, 2, 0.5f], 1, 4);
        using var alpha = FormulaModel.Values<float>([0.8f], 1, 1);
        using var sigma = FormulaModel.Values<float>([0.6f], 1, 1);
        using var level = FormulaModel.Values<float>([200], 1);
        using var labels = GraphTensor.Rent<float>(1, 8);
        graph.Run([("image_embeds", vector), ("noise", noise), ("alpha", alpha), ("sigma", sigma), ("noise_level", level)], [("class_labels", labels)]);

        // Normalised: 1, 5, 2, 0; under noise: 1.4, 3.4, 2.8, 0.3. The frequencies are 1 and 1/100.
        float[] expected = [3.8f, 3.4f, 0.4f, 3.2f, MathF.Cos(200), MathF.Cos(2), MathF.Sin(200), MathF.Sin(2)];
        for (var i = 0; i < expected.Length; i++)
        {
            labels.Values[i].ShouldBe(expected[i], 2e-6);
        }
    }

    [Fact]
    public void Weights_of_another_length_are_refused()
    {
        var path = Path.Combine(folder.FullName, "weights.safetensors");
        TestWeights.Write(path, new Dictionary<string, TestTensor> { ["mean"] = new([1, 4], [1, 0, -1, 2]), ["std"] = new([1, 4], [2, 1, 0.5f, 4]) });
        using var weights = WeightSet.Open(path);
        var message = Should.Throw<ModelFileException>(() => ImageNoiserGraph.Write(5, weights)).Message;
        new[] { path, "mean", "[1, 5]", "[1, 4]" }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }
}
