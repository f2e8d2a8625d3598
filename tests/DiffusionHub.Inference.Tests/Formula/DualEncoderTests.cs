using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.DualEncoder;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Formula;

/// <summary>Pictures and texts in one space, against PyTorch (see goldens/README.md).</summary>
public sealed class DualEncoderTests : IDisposable
{
    private const double Limit = 5e-6;
    private readonly FormulaModel model = new("dual-encoder");

    public void Dispose() => model.Dispose();

    [Fact]
    public void A_pictures_features_and_their_projection_are_those_of_a_residual_network()
    {
        using var pictures = FormulaModel.Input("pixel_values", 2, 3, 23, 21);
        using var graph = model.Load(Pictures);
        using var features = GraphTensor.Rent<float>(2, 16);
        using var vectors = GraphTensor.Rent<float>(2, 8);
        graph.Run([("pixel_values", pictures)], [("features", features), ("image_embeds", vectors)]);
        Check(features, "features");
        Check(vectors, "image_embeds");
    }

    [Fact]
    public void A_texts_vector_is_that_of_the_state_at_its_end()
    {
        using var ids = FormulaModel.Values<long>([18, 3, 5, 19, 19, 19, 18, 7, 2, 4, 11, 19], 2, 6);
        using var graph = model.Load(Texts);
        using var vectors = GraphTensor.Rent<float>(2, 8);
        graph.Run([("input_ids", ids)], [("text_embeds", vectors)]);
        Check(vectors, "text_embeds");
    }

    [Fact]
    public void The_config_tells_how_long_the_vectors_are()
    {
        var config = DualEncoderConfig.Read(model.Config);
        (config.Features, config.Projection, config.Text.Projection, config.Text.EndToken).ShouldBe((16, 8, 8, 19));
    }

    [Theory]
    [InlineData("architectures", "[\"CLIPModel\"]", "VisionTextDualEncoderModel")]
    [InlineData("vision_config", "{\"model_type\":\"vit\"}", "model_type", "resnet")]
    [InlineData("vision_config", "3", "object")]
    [InlineData("text_config", "{\"model_type\":\"bert\"}", "model_type", "clip_text_model")]
    public void Other_encoders_are_refused(string key, string value, params string[] says)
    {
        model.Change(key, value);
        var message = Should.Throw<ModelFileException>(() => DualEncoderConfig.Read(model.Config)).Message;
        says.Append(model.Config).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Fact]
    public void Weights_of_another_width_are_refused()
    {
        model.Change("projection_dim", "12");
        Should.Throw<ModelFileException>(() => model.Load(Pictures)).Message.ShouldContain("visual_projection.weight");
        Should.Throw<ModelFileException>(() => model.Load(Texts)).Message.ShouldContain("text_projection.weight");
    }

    private static void Check(GraphTensor<float> actual, string golden)
    {
        using var expected = TestFiles.Npy("dual-encoder", $"{golden}.npy");
        TestFiles.Error(actual, expected).ShouldBeLessThan(Limit);
    }

    private static WrittenGraph Pictures(string config, WeightSet weights) => DualEncoderGraph.Pictures(DualEncoderConfig.Read(config), weights);

    private static WrittenGraph Texts(string config, WeightSet weights) => DualEncoderGraph.Texts(DualEncoderConfig.Read(config), weights);
}
