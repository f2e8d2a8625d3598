using DiffusionHub.Imaging;

namespace DiffusionHub.Pipelines.Tests.Wordless;

/// <summary>Pictures of models without text, against the original's loops in PyTorch (see formula/README.md).</summary>
public sealed class PictureTests : IDisposable
{
    private const double Limit = 1e-5;
    private readonly TestModels models = new();

    public void Dispose() => models.Dispose();

    [Fact]
    public void Pictures_of_a_class_are_those_of_the_original()
    {
        using var pipeline = TestModels.Load(FormulaFolder.Classes(models.New("classes")).Path);
        var request = Request(16) with { Count = 2, ClassLabel = 7 };
        var pictures = pipeline.Run(request).Values;
        TestFiles.Error(pictures, FormulaFolder.Expected("class")).ShouldBeLessThan(Limit);
        TestFiles.Error(pipeline.Run(request with { ClassLabel = 6 }).Values, pictures).ShouldBeGreaterThan(0.05);
        // A picture is the same alone.
        TestFiles.Error(pipeline.Run(request with { Count = 1, Seed = request.Seed + 1 }).Values, pictures.AsSpan(pictures.Length / 2)).ShouldBeLessThan(Limit);
    }

    [Fact]
    public void A_network_that_learnt_variances_says_how_much_noise_a_step_gets()
    {
        using var learned = TestModels.Load(new FormulaFolder(models.New("learned"), "DDPMPipeline", (3, 6)).Ddpm("learned_range").Path);
        var pictures = learned.Run(Request(16)).Values;
        TestFiles.Error(pictures, FormulaFolder.Expected("learned")).ShouldBeLessThan(Limit);
        // Samplers that do not ask pass over it.
        learned.Run(Request(16) with { Sampler = "DDIM" }).Values.ShouldAllBe(value => float.IsFinite(value));
    }

    [Fact]
    public void A_network_that_learnt_none_is_not_asked()
    {
        using var pipeline = TestModels.Load(new FormulaFolder(models.New("none"), "DDPMPipeline", (3, 3)).Ddpm("learned_range").Path);
        Should.Throw<UnfitRequestException>(() => pipeline.Run(Request(16))).Message.ShouldContain("learned_range");
    }

    [Fact]
    public void A_picture_is_made_larger_as_by_the_original()
    {
        using var pipeline = TestModels.Load(FormulaFolder.Enlarging(models.New("enlarging")).Path);
        var pixels = Enumerable.Range(0, 8 * 8 * 3).Select(i => (byte)(i * 37 % 256)).ToArray();
        var request = Request(16) with { Count = 2, Eta = 0.5, Init = new RgbImage(8, 8, pixels) };
        TestFiles.Error(pipeline.Run(request).Values, FormulaFolder.Expected("enlarged")).ShouldBeLessThan(Limit);
    }

    [Fact]
    public void A_map_becomes_a_picture_as_by_the_original()
    {
        using var pipeline = TestModels.Load(FormulaFolder.Semantic(models.New("semantic")).Path);
        var request = Request(16) with { Count = 2, Map = Map(16, 16) };
        TestFiles.Error(pipeline.Run(request).Values, FormulaFolder.Expected("semantic")).ShouldBeLessThan(Limit);
    }

    // Between two classes there is none: a larger map is thinned out, not filtered.
    [Fact]
    public void A_map_of_another_size_is_thinned_out()
    {
        using var pipeline = TestModels.Load(FormulaFolder.Semantic(models.New("semantic")).Path);
        var small = Map(16, 16);
        var large = new byte[48 * 48 * 3];
        for (var i = 0; i < large.Length; i++)
        {
            large[i] = small.Pixels[3 * ((i / 3 / 48 / 3 * 16) + (i / 3 % 48 / 3))];
        }

        var request = Request(16) with { Map = small };
        TestFiles.Error(pipeline.Run(request with { Map = new RgbImage(48, 48, large) }).Values, pipeline.Run(request).Values).ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Pixels_may_be_grey(int channels)
    {
        using var pipeline = TestModels.Load(new FormulaFolder(models.New("grey"), "DDIMPipeline", (channels, channels)).Ddpm("fixed_small").Path);
        var shapes = new List<int>();
        var batch = pipeline.Run(Request(20) with { Height = 16 }, (in StepProgress step) =>
        {
            shapes.Add(step.Shape.Channels);
            step.Preview(0).Width.ShouldBe(20);
        });
        shapes.ShouldBe([channels, channels, channels, channels]);
        batch.Values.Chunk(3).All(pixel => pixel[0] == pixel[1] && pixel[0] == pixel[2]).ShouldBe(channels == 1);
    }

    // That class of diffusers samples with DDIM whatever the folder says.
    [Fact]
    public void A_class_may_bring_its_sampler()
    {
        using var pipeline = TestModels.Load(new FormulaFolder(models.New("ddim"), "DDIMPipeline", (3, 3)).Ddpm("fixed_small").Path);
        pipeline.Description.Samplers[0].ShouldBe("DDIM");
        TestFiles.Error(pipeline.Run(Request(16)).Values, pipeline.Run(Request(16) with { Sampler = "DDIM" }).Values).ShouldBe(0);
    }

    [Fact]
    public void A_pictures_parameters_name_its_class_and_no_strength()
    {
        var folder = FormulaFolder.Classes(models.New("classes")).Path;
        TestModels.Edit(Path.Combine(folder, "model_index.json"), json => json["id2label"] = new System.Text.Json.Nodes.JsonObject { ["7"] = "tench, Tinca tinca" });
        var classes = KnownFamilies.Describe(Folders.ModelSource.At(folder));
        PictureFile.Parameters(Request(16) with { ClassLabel = 7 }, 0, classes)["Class"].ShouldBe("7 tench, Tinca tinca");
        PictureFile.Parameters(Request(16) with { ClassLabel = 8 }, 0, classes)["Class"].ShouldBe("8");
        var enlarging = KnownFamilies.Describe(Folders.ModelSource.At(FormulaFolder.Enlarging(models.New("enlarging")).Path));
        PictureFile.Parameters(Request(16) with { Init = Map(8, 8) }, 0, enlarging)["Denoising strength"].ShouldBeNull();
    }

    private static RgbImage Map(int width, int height) => new(
        width, height, [.. Enumerable.Range(0, width * height).SelectMany(i => Enumerable.Repeat((byte)(((i / width / 5) + (i % width / 7)) % 5), 3))]);

    private static PictureRequest Request(int side) => new() { Prompt = "", Seed = 5, Steps = 4, Guidance = 0, Width = side, Height = side };
}
