using System.Text.Json.Nodes;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Inference.Tests.Formula;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Guides;

/// <summary>What CLIP and the aesthetic predictor say of a picture, and its gradient, against PyTorch (see goldens/README.md).</summary>
public sealed class ClipGuideTests
{
    private const double Limit = 5e-6;

    [Fact]
    public void The_distance_is_half_the_squared_angle()
    {
        using var model = new FormulaModel("clip-vision");
        var width = ClipVisionConfig.Read(model.Config).Projection;
        double[] wave = [.. Enumerable.Range(0, width).Select(i => Math.Cos(i * 2.3))];
        var length = Math.Sqrt(wave.Sum(v => v * v));
        float[] target = Array.ConvertAll(wave, v => (float)(v / length));
        Check(model, ClipGuideGraphs.Distance, "distance", ("target", FormulaModel.Values<float>([.. target, .. target], 2, width)));
    }

    [Fact]
    public void The_aesthetic_score_is_that_of_linear_layers_on_the_normalised_vector()
    {
        using var golden = TestFiles.Npy("clip-vision", "output.npy");
        using var model = new FormulaModel(["clip-vision"], Layers(golden.Shape[1]));
        Check(model, ClipGuideGraphs.Aesthetic, "aesthetic");
    }

    [Fact]
    public void A_whole_CLIP_has_sections_for_both_encoders()
    {
        using var model = new FormulaModel("clip-vision");
        var vision = JsonNode.Parse(File.ReadAllText(model.Config))!;
        model.Change("architectures", "[\"CLIPModel\"]");
        model.Change("projection_dim", "24");
        model.Change("vision_config", vision.ToJsonString());
        model.Change("text_config", "{\"hidden_size\":64,\"num_attention_heads\":2,\"eos_token_id\":2}");
        var config = ClipModelConfig.Read(model.Config);
        (config.Vision.Projection, config.Text.Projection, config.Text.Width, config.Text.EndToken).ShouldBe((24, 24, 64, null));
        config.Vision.Width.ShouldBe((int)vision["hidden_size"]!);
        model.IsRefused(ClipModelConfig.Read, "text_config", "3", "object");
    }

    // The loss and its gradient.
    private static void Check(FormulaModel model, Func<ClipVisionConfig, WeightSet, WrittenGraph> write, string golden, params (string Name, GraphTensor Value)[] target)
    {
        using var weights = WeightSet.Open(model.Weights);
        using var graph = Graph.Load(VjpGraph.Write(write(ClipVisionConfig.Read(model.Config), weights), "pixel_values", "loss"));
        using var expected = TestFiles.Npy("clip-vision", $"{golden}.npy");
        using var expectedVjp = TestFiles.Npy("clip-vision", $"{golden}-vjp.npy");
        using var pictures = FormulaModel.Input("pixel_values", 2, 3, 14, 14);
        // These gradients are small: at 256 times their size an error shows.
        using var cotangent = FormulaModel.Values<float>([256, 256], 2, 1);
        using var loss = GraphTensor.Rent<float>(2, 1);
        using var vjp = GraphTensor.Rent<float>([.. expectedVjp.Shape]);
        graph.Run([("pixel_values", pictures), .. target, (VjpGraph.Cotangent, cotangent)], [("loss", loss), (VjpGraph.Vjp, vjp)]);
        TestFiles.Error(loss, expected).ShouldBeLessThan(Limit);
        TestFiles.Error(vjp, expectedVjp).ShouldBeLessThan(Limit);
    }

    private static IEnumerable<KeyValuePair<string, long[]>> Layers(long width)
    {
        foreach (var (number, to) in new[] { (0, 1024L), (2, 128), (4, 64), (6, 16), (7, 1) })
        {
            yield return new($"layers.{number}.weight", [to, width]);
            yield return new($"layers.{number}.bias", [to]);
            width = to;
        }
    }
}
