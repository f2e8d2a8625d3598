using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Classifiers;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Inference.Graphs.GuidedDiffusion;
using DiffusionHub.Inference.Tests.Formula;
using DiffusionHub.Inference.Tests.Gradients;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Guides;

/// <summary>Classifiers, their losses and gradients against the originals in PyTorch (see goldens/README.md) and against central differences.</summary>
public sealed class ClassifierTests
{
    private const double Limit = 5e-6;
    private const double DifferenceLimit = 1e-3;

    [Theory]
    [InlineData("attention", 4)]
    [InlineData("adaptive", 4)]
    [InlineData("spatial", 3)]
    public void A_classifier_of_noisy_pictures_is_that_of_guided_diffusion(string head, int channels)
    {
        using var model = new FormulaModel("encoder-unet", head);
        var inputs = Noisy(channels);
        Check(model, ["encoder-unet", head], EncoderUnet, "sample", inputs, classes: 5, 1, 3);
    }

    [Theory]
    [InlineData("vit", 12, 12)]
    [InlineData("resnet-bottleneck", 23, 21)]
    [InlineData("resnet-basic", 23, 21)]
    public void A_classifier_of_pictures_is_that_of_transformers(string name, int height, int width)
    {
        using var model = new FormulaModel("classifiers", name);
        var inputs = new Dictionary<string, GraphTensor> { ["pixel_values"] = FormulaModel.Input("pixel_values", 2, 3, height, width) };
        Check(model, ["classifiers", name], Ordinary, "pixel_values", inputs, classes: 3, 1, 2);
    }

    [Fact]
    public void A_vision_transformers_gradient_is_the_slope()
    {
        using var model = new FormulaModel("classifiers", "vit");
        using var weights = WeightSet.Open(model.Weights);
        var inputs = new Dictionary<string, GraphTensor> { ["pixel_values"] = FormulaModel.Input("pixel_values", 2, 3, 12, 12) };
        Differences.Error(Ordinary(model.Config, weights), "pixel_values", "loss", With(inputs, 3, 1, 2), [2, 1], step: 1f / 64).ShouldBeLessThan(DifferenceLimit);
    }

    // The rectifiers of the head that looks at all blocks, as a residual network's, bend too often for central differences: see the goldens above.
    [Theory]
    [InlineData("attention", 8, 8)]
    [InlineData("adaptive", 8, 8)]
    [InlineData("adaptive", 11, 7)]
    public void Its_gradient_is_the_slope(string head, int height, int width)
    {
        using var model = new FormulaModel("encoder-unet", head);
        using var weights = WeightSet.Open(model.Weights);
        var inputs = new Dictionary<string, GraphTensor> { ["sample"] = FormulaModel.Input("sample", 2, 4, height, width), ["timestep"] = FormulaModel.Values<float>([3, 500], 2) };
        Differences.Error(EncoderUnet(model.Config, weights), "sample", "loss", With(inputs, 5, 0, 4), [2, 1], step: 1f / 256).ShouldBeLessThan(DifferenceLimit);
    }

    [Theory]
    [InlineData("pool", "\"spatial_v2\"", "attention", "adaptive")]
    [InlineData("model_channels", "48", "32", "48")]
    [InlineData("num_head_channels", "24", "24")]
    [InlineData("image_size", "9", "2", "9")]
    [InlineData("out_channels", "null", "missing")]
    [InlineData("_class_name", "\"UNetModel\"", "EncoderUNetModel")]
    [InlineData("id2label", "{\"0\":\"a\",\"2\":\"b\"}", "each class")]
    [InlineData("conv_resample", "false", "true")]
    public void A_classifier_beyond_the_hub_is_refused(string key, string value, params string[] says)
    {
        using var model = new FormulaModel("encoder-unet", "attention");
        model.IsRefused(EncoderUnetConfig.Read, key, value, says);
    }

    [Theory]
    [InlineData("vit", "id2label", "null", "missing")]
    [InlineData("vit", "id2label", "{}", "each class")]
    [InlineData("vit", "patch_size", "5", "must divide")]
    [InlineData("vit", "architectures", "[\"ViTModel\"]", "ViTForImageClassification")]
    [InlineData("resnet-basic", "layer_type", "\"next\"", "bottleneck")]
    [InlineData("resnet-basic", "depths", "[1]", "2", "1")]
    public void A_classifier_of_pictures_beyond_the_hub_is_refused(string name, string key, string value, params string[] says)
    {
        using var model = new FormulaModel("classifiers", name);
        model.IsRefused(path => name == "vit" ? VitConfig.Read(path) : ResNetConfig.Read(path), key, value, says);
    }

    [Fact]
    public void Names_of_classes_are_read_with_their_commas()
    {
        using var model = new FormulaModel("classifiers", "vit");
        VitConfig.Read(model.Config).ClassNames.ShouldBe(["cat", "dog, hound", "fox"]);
    }

    private static Dictionary<string, GraphTensor> Noisy(int channels) => new()
    {
        ["sample"] = FormulaModel.Input("sample", 2, channels, 8, 8), ["timestep"] = FormulaModel.Values<float>([999, 40], 2),
    };

    private static Dictionary<string, GraphTensor> With(Dictionary<string, GraphTensor> inputs, int classes, params int[] chosen)
    {
        var target = GraphTensor.Rent<float>(chosen.Length, classes);
        target.Values.Clear();
        foreach (var (i, one) in chosen.Index())
        {
            target.Values[(i * classes) + one] = 1;
        }

        return new(inputs) { ["target"] = target };
    }

    // Logits, the cross-entropy of them, and its gradient.
    private static void Check(
        FormulaModel model, string[] golden, Func<string, WeightSet, WrittenGraph> write, string input, Dictionary<string, GraphTensor> inputs, int classes, params int[] chosen)
    {
        using var weights = WeightSet.Open(model.Weights);
        using var graph = Graph.Load(VjpGraph.Write(write(model.Config, weights), input, "loss"));
        using var expected = TestFiles.Npy([.. golden, "logits.npy"]);
        using var expectedVjp = TestFiles.Npy([.. golden, "vjp.npy"]);
        using var logits = GraphTensor.Rent<float>([.. expected.Shape]);
        using var loss = GraphTensor.Rent<float>(chosen.Length, 1);
        using var vjp = GraphTensor.Rent<float>([.. expectedVjp.Shape]);
        using var ones = FormulaModel.Values<float>([1, 1], 2, 1);
        graph.Run([.. With(inputs, classes, chosen).Select(i => (i.Key, i.Value)), (VjpGraph.Cotangent, ones)], [("logits", logits), ("loss", loss), (VjpGraph.Vjp, vjp)]);
        TestFiles.Error(logits, expected).ShouldBeLessThan(Limit);
        TestFiles.Error(vjp, expectedVjp).ShouldBeLessThan(Limit);
        for (var i = 0; i < chosen.Length; i++)
        {
            var row = expected.Values.Slice(i * classes, classes).ToArray();
            ((double)loss.Values[i]).ShouldBe(Math.Log(row.Sum(z => Math.Exp(z))) - row[chosen[i]], 1e-5);
        }
    }

    private static WrittenGraph EncoderUnet(string config, WeightSet weights) => EncoderUnetGraph.Write(EncoderUnetConfig.Read(config), weights);

    private static WrittenGraph Ordinary(string config, WeightSet weights) =>
        config.Length > 0 && File.ReadAllText(config).Contains("ViT", StringComparison.Ordinal) ? VitGraph.Write(VitConfig.Read(config), weights) : ResNetGraph.Write(ResNetConfig.Read(config), weights);
}
