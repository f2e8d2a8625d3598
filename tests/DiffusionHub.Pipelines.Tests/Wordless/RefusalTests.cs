using System.Text.Json.Nodes;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Wordless;

/// <summary>What models without text refuse, and folders of them that cannot be used.</summary>
public sealed class RefusalTests : IDisposable
{
    private static readonly PictureRequest Plain = new() { Prompt = "", Seed = 5, Steps = 2, Guidance = 0, Width = 16, Height = 16 };
    private readonly TestModels models = new();

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData(10, "10", "0 to 9", "3 tench, Tinca tinca")]
    [InlineData(-1, "-1", "0 to 9")]
    [InlineData(null, "classLabel from 0 to 9", "3 tench, Tinca tinca")]
    public void A_class_is_one_that_the_model_knows(int? label, params string[] said)
    {
        var folder = FormulaFolder.Classes(models.New("classes")).Path;
        TestModels.Edit(Path.Combine(folder, "model_index.json"), json => json["id2label"] = new JsonObject { ["3"] = "tench, Tinca tinca", ["1"] = "goldfish" });
        Refused(folder, Plain with { ClassLabel = label }, "classLabel", said);
    }

    [Fact]
    public void A_model_without_classes_takes_none() => Refused(Pixels(), Plain with { ClassLabel = 0 }, "classLabel", "no classes");

    [Fact]
    public void A_model_without_text_takes_none() => Refused(Pixels(), Plain with { Prompt = "a fox" }, "prompt", "no texts");

    [Fact]
    public void A_model_that_begins_with_noise_takes_no_picture() => Refused(Pixels(), Plain with { Init = Picture(16, 16) }, "init", "noise alone");

    [Fact]
    public void A_LoRA_is_refused() => Refused(Pixels(), Plain with { Adapters = [new AdapterChoice(TestModels.Case("lora-kohya", "lora.safetensors"), 1)] }, "loras");

    [Fact]
    public void Larger_needs_a_picture_that_fits()
    {
        var folder = FormulaFolder.Enlarging(models.New("enlarging")).Path;
        Refused(folder, Plain, "init", "give it init");
        Refused(folder, Plain with { Width = 514, Height = 16, Init = Picture(257, 8) }, "init", "257×8", "514×16", "at most 512", "256×256 fits");
    }

    [Fact]
    public void A_map_holds_classes_that_the_model_knows()
    {
        var folder = FormulaFolder.Semantic(models.New("semantic")).Path;
        Refused(folder, Plain, "map", "0 to 4");
        Refused(folder, Plain with { Map = Picture(3, 2, (4, 5, 5, 5)) }, "map", "class 5", "column 1, row 1", "0 to 4");
        Refused(folder, Plain with { Map = Picture(3, 2, (2, 1, 2, 1)) }, "map", "1, 2, 1", "column 2, row 0");
    }

    [Theory]
    [InlineData("unet/config.json", "in_channels", 4, "in_channels")]
    [InlineData("unet/config.json", "out_channels", 4, "out_channels")]
    [InlineData("map_encoder/config.json", "n_stages", 2, "n_stages")]
    [InlineData("map_encoder/config.json", "in_channels", 300, "in_channels")]
    [InlineData("map_encoder/config.json", "out_channels", 3, "in_channels")]
    public void Parts_fit_each_other(string file, string key, int value, string said)
    {
        var folder = FormulaFolder.Semantic(models.New("semantic")).Path;
        TestModels.Edit(Path.Combine(folder, file), json => json[key] = value);
        Should.Throw<ModelFolderException>(() => KnownFamilies.Describe(ModelSource.At(folder))).Message.ShouldContain(said);
    }

    [Fact]
    public void A_class_that_is_no_number_is_refused()
    {
        var folder = FormulaFolder.Classes(models.New("classes")).Path;
        TestModels.Edit(Path.Combine(folder, "unet", "config.json"), json => json["class_embed_type"] = "identity");
        Should.Throw<ModelFolderException>(() => KnownFamilies.Describe(ModelSource.At(folder))).Message.ShouldContain("class_embed_type");
    }

    [Theory]
    [InlineData("map_encoder/config.json")]
    [InlineData("map_encoder/diffusion_pytorch_model.safetensors")]
    [InlineData("vqvae/config.json")]
    [InlineData("unet/diffusion_pytorch_model.safetensors")]
    [InlineData("scheduler/scheduler_config.json")]
    public void A_missing_file_is_named(string file)
    {
        var folder = FormulaFolder.Semantic(models.New("semantic")).Path;
        File.Delete(Path.Combine(folder, file));
        Should.Throw<ModelFolderException>(() => KnownFamilies.Describe(ModelSource.At(folder))).Message.ShouldContain(file);
    }

    private string Pixels() => new FormulaFolder(models.New("pixels"), "DDPMPipeline", (3, 3)).Ddpm("fixed_small").Path;

    private static RgbImage Picture(int width, int height, (int Pixel, byte Red, byte Green, byte Blue)? other = null)
    {
        var pixels = new byte[width * height * 3];
        if (other is { } colour)
        {
            (pixels[3 * colour.Pixel], pixels[(3 * colour.Pixel) + 1], pixels[(3 * colour.Pixel) + 2]) = (colour.Red, colour.Green, colour.Blue);
        }

        return new RgbImage(width, height, pixels);
    }

    private static void Refused(string model, PictureRequest request, string field, params string[] said)
    {
        using var pipeline = TestModels.Load(model);
        var fault = Should.Throw<UnfitRequestException>(() => pipeline.Run(request));
        fault.Field.ShouldBe(field);
        said.ShouldAllBe(word => fault.Message.Contains(word, StringComparison.Ordinal), fault.Message);
    }
}
