using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.PlainUnet;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Formula;

/// <summary>UNets without text against the original in PyTorch (see goldens/README.md).</summary>
public sealed class PlainUnetTests
{
    [Fact]
    public void The_UNet_of_DDPM_gives_the_numbers_of_the_original()
    {
        using var model = new FormulaModel("plain-unet", "ddpm");
        model.Check(Write, [.. Noise()], "out_sample", "output");
    }

    [Fact]
    public void The_UNet_of_guided_diffusion_does_with_a_class_of_each_pictures_own()
    {
        using var model = new FormulaModel("plain-unet", "guided");
        model.Check(Write, [.. Noise(), ("class_labels", FormulaModel.Values<long>([1, 4], 2))], "out_sample", "output");
    }

    [Fact]
    public void A_config_tells_sides_and_classes()
    {
        using var model = new FormulaModel("plain-unet", "guided");
        var config = PlainUnetConfig.Read(model.Config);
        (config.Height, config.Width, config.Factor, config.Classes, config.ClassCount).ShouldBe((8, 8, 4, UnetClasses.Table, 5));
        model.Change("sample_size", "[16,32]");
        model.Change("num_class_embeds", "null");
        config = PlainUnetConfig.Read(model.Config);
        (config.Height, config.Width, config.Classes, config.ClassCount).ShouldBe((16, 32, UnetClasses.None, 0));
    }

    [Theory]
    [InlineData("ddpm", 5, 7)]
    [InlineData("guided", 5, 7)]
    [InlineData("guided", 1, 1)]
    public void Sides_need_not_halve_evenly(string name, int height, int width)
    {
        using var model = new FormulaModel("plain-unet", name);
        using var graph = model.Load(Write);
        using var sample = FormulaModel.Input("sample", 1, 3, height, width);
        using var timestep = FormulaModel.Values<float>([10], 1);
        using var label = FormulaModel.Values<long>([2], 1);
        using var output = GraphTensor.Rent<float>(1, name == "ddpm" ? 3 : 6, height, width);
        output.Values.Fill(float.NaN);
        graph.Run([("sample", sample), ("timestep", timestep), .. name == "ddpm" ? [] : new[] { ("class_labels", (GraphTensor)label) }], [("out_sample", output)]);
        output.Values.ToArray().ShouldAllBe(v => float.IsFinite(v));
    }

    [Theory]
    [InlineData("time_embedding_type", "\"fourier\"", "positional")]
    [InlineData("down_block_types", "[\"SkipDownBlock2D\",\"DownBlock2D\",\"DownBlock2D\"]", "SkipDownBlock2D", "AttnDownBlock2D")]
    [InlineData("up_block_types", "[\"UpBlock2D\"]", "3", "1")]
    [InlineData("downsample_type", "\"fir\"", "fir", "resnet")]
    [InlineData("resnet_time_scale_shift", "\"spatial\"", "spatial", "scale_shift")]
    [InlineData("mid_block_scale_factor", "1.4", "1.4")]
    [InlineData("attention_head_dim", "3", "must divide", "16")]
    [InlineData("class_embed_type", "\"projection\"", "projection", "timestep")]
    [InlineData("sample_size", "null", "missing")]
    [InlineData("sample_size", "[1,2,3]", "must have 2 members")]
    public void A_UNet_beyond_the_hub_is_refused(string key, string value, params string[] says)
    {
        using var model = new FormulaModel("plain-unet", "guided");
        model.IsRefused(PlainUnetConfig.Read, key, value, says);
    }

    private static IEnumerable<(string, GraphTensor)> Noise() =>
        [("sample", FormulaModel.Input("sample", 2, 3, 8, 8)), ("timestep", FormulaModel.Values<float>([999, 40.5f], 2))];

    private static WrittenGraph Write(string config, WeightSet weights) => PlainUnetGraph.Write(PlainUnetConfig.Read(config), weights);
}
