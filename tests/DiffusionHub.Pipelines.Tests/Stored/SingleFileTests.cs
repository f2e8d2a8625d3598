using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Tests.Checkpoints;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Stored;

/// <summary>Checkpoints in one file, made by renaming the modules of tiny models.</summary>
public sealed class SingleFileTests : IDisposable
{
    private const int PublishedTokens = 49408;
    private readonly TestModels models = new();

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData(CheckpointKind.StableDiffusion1, "StableDiffusion")]
    [InlineData(CheckpointKind.StableDiffusionXl, "StableDiffusionXl")]
    public void A_file_is_described_and_makes_pictures(CheckpointKind kind, string family)
    {
        var path = Single(kind).Write(models.New("model.safetensors"), half: true);
        using var pipeline = TestModels.Load(path);
        pipeline.Description.ShouldSatisfyAllConditions(
            d => d.Name.ShouldBe("model"),
            d => d.Family.ShouldBe(family),
            d => d.Tasks.ShouldBe([.. KnownTasks.Latent, KnownTasks.Editing]),
            d => d.Hash.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))));
        var request = Request();
        var first = pipeline.Run(request).Values;
        TestFiles.Error(pipeline.Run(request).Values, first).ShouldBe(0);
        TestFiles.Error(pipeline.Run(request with { Prompt = "a green ball" }).Values, first).ShouldBeGreaterThan(1e-4);
        TestFiles.Error(pipeline.Run(request with { Init = TestModels.Picture("sd15-img2img", "init.png") }).Values, first).ShouldBeGreaterThan(1e-4);
    }

    [Fact]
    public void What_a_network_predicts_may_be_told()
    {
        var path = Single(CheckpointKind.StableDiffusion2).Write(models.New("two.safetensors"), half: true);
        var (epsilon, velocity, untold) = (Run("epsilon"), Run("v_prediction"), Run(null));
        TestFiles.Error(velocity, epsilon).ShouldBeGreaterThan(1e-3);
        (TestFiles.Error(untold, epsilon) == 0 || TestFiles.Error(untold, velocity) == 0).ShouldBeTrue();
        Should.Throw<ModelFolderException>(() => Run("flow")).Message.ShouldContain("“flow”");

        float[] Run(string? told)
        {
            using var pipeline = KnownFamilies.Load(ModelSource.At(path, told));
            return pipeline.Run(Request()).Values;
        }
    }

    [Fact]
    public void A_turbo_file_is_known_by_its_name() =>
        KnownFamilies.Describe(ModelSource.At(Single(CheckpointKind.StableDiffusion1).Write(models.New("my-turbo.safetensors"), half: true))).Family.ShouldBe("Turbo");

    [Fact]
    public void A_file_of_a_depth_model_brings_no_estimator()
    {
        var path = Single(CheckpointKind.StableDiffusion2, channels: 5).Write(models.New("depth.safetensors"), half: true);
        using var pipeline = TestModels.Load(path);
        pipeline.Description.ShouldSatisfyAllConditions(d => d.Family.ShouldBe("StableDiffusionDepth"), d => d.EstimatesDepth.ShouldBeFalse());
        var request = Request() with { Init = TestModels.Picture("sd15-img2img", "init.png") };
        Should.Throw<UnfitRequestException>(() => pipeline.Run(request)).Field.ShouldBe("depth");
        pipeline.Run(request with { Depth = new DepthChoice(new float[64 * 64], 64, 64) }).Values.Length.ShouldBe(64 * 64 * 3);
    }

    [Theory]
    [InlineData(7, UnetClasses.Table, "StableDiffusionUpscalePipeline")]
    [InlineData(4, UnetClasses.Projection, "StableUnCLIPImg2ImgPipeline")]
    public void A_file_that_cannot_hold_all_of_its_model_is_refused(int channels, UnetClasses classes, string said)
    {
        var path = Single(CheckpointKind.StableDiffusion2, channels: channels, classes: classes).Write(models.New("part.safetensors"), half: true);
        var fault = Should.Throw<ModelFolderException>(() => KnownFamilies.Describe(ModelSource.At(path))).Message;
        new[] { path, said, "folder in the diffusers layout" }.ShouldAllBe(text => fault.Contains(text, StringComparison.Ordinal), fault);
    }

    [Fact]
    public void A_file_without_a_part_is_refused_with_what_is_missing()
    {
        var path = Single(CheckpointKind.StableDiffusion1, vae: false).Write(models.New("no-vae.safetensors"), half: true);
        var fault = Should.Throw<ModelFolderException>(() => KnownFamilies.Describe(ModelSource.At(path))).Message;
        fault.ShouldContain(path);
        fault.ShouldContain("complete file");
    }

    [Fact]
    public void A_part_alone_is_no_model()
    {
        var path = TinyModel.Of(CheckpointKind.StableDiffusion1).VaeTensors.Write(models.New("vae.safetensors"));
        Should.Throw<ModelFolderException>(() => KnownFamilies.Describe(ModelSource.At(path))).Message.ShouldContain(path);
    }

    [Theory]
    [InlineData("model.ckpt", "PK\u0003\u0004")]
    [InlineData("model.safetensors", "PK\u0003\u0004")]
    [InlineData("model.safetensors", "")]
    public void A_pickle_or_nothing_is_refused(string name, string text)
    {
        File.WriteAllText(models.New(name), text);
        Should.Throw<ModelFolderException>(() => KnownFamilies.Describe(ModelSource.At(models.New(name)))).Message.ShouldContain(models.New(name));
    }

    private static PictureRequest Request() => TestModels.Request(steps: 4, guidance: 3) with { NegativePrompt = "blurry" };

    // With as many tokens as the tokenizer has that comes with the hub.
    private static TensorFile Single(CheckpointKind kind, bool vae = true, int channels = 4, UnetClasses classes = UnetClasses.None)
    {
        var file = TinyModel.Of(kind, channels, classes).Single(vae: vae);
        foreach (var name in file.Keys.Where(k => k.EndsWith("token_embedding.weight", StringComparison.Ordinal)).ToList())
        {
            file[name] = TensorFile.Random(99, PublishedTokens, file[name].Shape[1]);
        }

        return file;
    }
}
