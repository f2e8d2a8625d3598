using DiffusionHub.Imaging;

namespace DiffusionHub.Pipelines.Tests.Refusals;

/// <summary>Requests that a model cannot do, refused before anything is computed.</summary>
public sealed class RequestTests : IDisposable
{
    private static readonly RgbImage Picture = TestModels.Picture("sd15-inpaint-4-channels", "init.png");
    private static readonly RgbImage Mask = TestModels.Picture("sd15-inpaint-4-channels", "mask.png");
    private readonly TestModels models = new();

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData(60, 64, "width", "8")]
    [InlineData(64, 4, "height", "8")]
    [InlineData(0, 64, "width", "8")]
    [InlineData(64, -8, "height", "8")]
    public void A_side_is_a_multiple(int width, int height, string field, string multiple) =>
        Refused("sd15", TestModels.Request() with { Width = width, Height = height }, field, field, multiple);

    [Theory]
    [InlineData(-0.1, "0 to 1")]
    [InlineData(1.1, "0 to 1")]
    [InlineData(double.NaN, "0 to 1")]
    [InlineData(0.1, "leave no step")]
    [InlineData(0, "leave no step")]
    public void A_strength_leaves_steps(double strength, string said) =>
        Refused("sd15", TestModels.Request(steps: 5) with { Init = Picture, Strength = strength }, "strength", said);

    [Fact]
    public void A_mask_needs_a_picture() => Refused("sd15", TestModels.Request() with { Mask = Mask }, "mask", "init");

    [Fact]
    public void A_control_picture_needs_a_ControlNet() =>
        Refused("sd15", TestModels.Request() with { Control = new ControlChoice(Picture) }, "control", "no ControlNet of its own");

    [Theory]
    [InlineData("cross_attention_dim", 768)]
    [InlineData("block_out_channels", 0)]
    public void A_ControlNet_of_another_width_is_refused(string key, int width)
    {
        var folder = models.Copy("sd15-controlnet");
        TestModels.Edit(Path.Combine(folder, "controlnet", "config.json"), json => json[key] = width > 0 ? width : new System.Text.Json.Nodes.JsonArray(32, 64));
        var control = new ControlChoice(Picture) { Path = Path.Combine(folder, "controlnet") };
        Refused("sd15", TestModels.Request() with { Control = control }, "control", Path.Combine(folder, "controlnet"));
    }

    [Fact]
    public void An_autoencoder_with_other_latents_is_refused() =>
        Refused("sd15", TestModels.Request() with { Vae = Path.Combine(TestFiles.Sprout.Path, "vae") }, "vae", "8 channels", "the model's have 4");

    [Fact]
    public void A_model_that_repaints_needs_a_mask()
    {
        var folder = NineChannels();
        KnownFamilies.Describe(Folders.ModelSource.At(folder)).Tasks.ShouldBe([KnownTasks.Inpainting]);
        Refused(folder, TestModels.Request(), "mask", "init and mask");
        Refused(folder, TestModels.Request() with { Init = Picture }, "mask", "init and mask");
    }

    // Where the UNet does not look at mask and picture, all that they do is to draw: at full strength after the first noise.
    [Fact]
    public void A_model_that_repaints_begins_with_noise_at_full_strength()
    {
        using var repainting = TestModels.Load(NineChannels());
        using var plain = TestModels.Load("sd15");
        var request = TestModels.Request(steps: 2, guidance: 3);
        var repainted = repainting.Run(request with { Init = Picture, Mask = Mask, Strength = 1 });
        TestFiles.Error(repainted.Values, plain.Run(request).Values).ShouldBeLessThan(1e-5);
    }

    private string NineChannels()
    {
        var folder = models.Copy("sd15", "nine");
        TestModels.Edit(Path.Combine(folder, "unet", "config.json"), json => json["in_channels"] = 9);
        TestModels.Edit(Path.Combine(folder, "unet", "diffusion_pytorch_model.safetensors"), file =>
        {
            const string Name = "conv_in.weight";
            var (shape, values) = (file.Shape(Name), file.Values(Name));
            var each = 4 * 9;
            file.With(Name, [shape[0], 9, 3, 3], [.. Enumerable.Range(0, (int)shape[0]).SelectMany(i => values[(i * each)..((i + 1) * each)].Concat(new float[5 * 9]))]);
        });
        return folder;
    }

    private static void Refused(string model, PictureRequest request, string field, params string[] said)
    {
        using var pipeline = TestModels.Load(model);
        var fault = Should.Throw<UnfitRequestException>(() => pipeline.Run(request));
        fault.Field.ShouldBe(field);
        said.ShouldAllBe(word => fault.Message.Contains(word, StringComparison.Ordinal), fault.Message);
    }
}
