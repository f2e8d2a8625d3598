using DiffusionHub.Inference.Graphs.Dpt;

namespace DiffusionHub.Inference.Tests.Formula;

/// <summary>Depth estimators against an independent computation in PyTorch (see goldens/README.md).</summary>
public sealed class DepthTests
{
    [Theory]
    [InlineData("vit-project", 24, 16)]
    [InlineData("vit-add", 24, 16)]
    [InlineData("vit-ignore", 24, 16)]
    [InlineData("hybrid", 48, 64)]
    public void A_picture_of_another_size_than_the_trained_one_has_the_depths_of_the_original(string name, int height, int width)
    {
        using var model = new FormulaModel("dpt", name);
        (Config(model).Side, Config(model).Backbone is not null).ShouldBe(name == "hybrid" ? (32, true) : (16, false));
        model.Check(
            (path, weights) => DptGraph.Write(DptConfig.Read(path), weights), [("pixel_values", FormulaModel.Input("pixel_values", 2, 3, height, width))], "predicted_depth", "output");

        static DptConfig Config(FormulaModel model) => DptConfig.Read(model.Config);
    }

    [Theory]
    [InlineData("vit-add", "architectures", "[\"DPTForSemanticSegmentation\"]", "DPTForDepthEstimation")]
    [InlineData("vit-add", "backbone_config", "{\"model_type\":\"dinov2\"}", "dinov2")]
    [InlineData("vit-add", "reassemble_factors", "[1.5,1,0.5]", "1.5")]
    [InlineData("vit-add", "reassemble_factors", "[2,1]", "3", "2")]
    [InlineData("vit-add", "backbone_out_indices", "[0,1]", "3", "2")]
    [InlineData("vit-add", "backbone_out_indices", "[0,1,3]", "3", "0–2")]
    [InlineData("vit-add", "readout_type", "\"pool\"", "pool", "project")]
    [InlineData("vit-add", "head_in_index", "0", "-1")]
    [InlineData("vit-add", "patch_size", "5", "must divide")]
    [InlineData("hybrid", "readout_type", "\"add\"", "project")]
    [InlineData("hybrid", "use_batch_norm_in_fusion_residual", "true", "false")]
    [InlineData("hybrid", "backbone_config", "[]", "object")]
    public void A_depth_estimator_beyond_the_hub_is_refused(string name, string key, string value, params string[] says)
    {
        using var model = new FormulaModel("dpt", name);
        model.IsRefused(DptConfig.Read, key, value, says);
    }

    [Theory]
    [InlineData("layer_type", "\"preactivation\"", "bottleneck")]
    [InlineData("global_padding", "\"valid\"", "same")]
    [InlineData("out_features", "[\"stage3\"]", "stage2")]
    [InlineData("depths", "[3,4]", "3")]
    public void A_hybrid_on_other_convolutions_is_refused(string key, string value, string says)
    {
        using var model = new FormulaModel("dpt", "hybrid");
        model.Change("backbone_config", $$"""{"{{key}}":{{value}}}""");
        var message = Should.Throw<ModelFileException>(() => DptConfig.Read(model.Config)).Message;
        new[] { key, says, model.Config }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }
}
