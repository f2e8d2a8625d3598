using DiffusionHub.Pipelines.Families.StableUnclip;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Tests.Families;

public sealed class UnclipTests : FamilyTest
{
    private string? folder;

    protected override string Folder => folder ??= TinyFamilies.Unclip(Models);

    private static PictureRequest Request => TestModels.Request(guidance: 3) with { Init = Picture(40, 30) };

    [Fact]
    public void It_says_what_it_is() => Describe(Folder).ShouldSatisfyAllConditions(
        model => model.Family.ShouldBe("StableUnclip"),
        model => model.Tasks.ShouldBe([KnownTasks.ImageVariation]),
        model => (model.MaxNoiseLevel, model.DefaultNoiseLevel).ShouldBe((999, 0)));

    [Fact]
    public void Picture_noise_level_and_text_matter()
    {
        var plain = Run(Request with { Prompt = "" });
        TestFiles.Error(Run(Request with { Prompt = "", Init = Picture(20, 60) }), plain).ShouldBeGreaterThan(1e-3);
        TestFiles.Error(Run(Request with { Prompt = "", NoiseLevel = 500 }), plain).ShouldBeGreaterThan(1e-3);
        TestFiles.Error(Run(Request), plain).ShouldBeGreaterThan(1e-3);
        TestFiles.Error(Run(Request with { Prompt = "", Strength = 0.1 }), plain).ShouldBe(0);
    }

    // The embedding's noise is drawn first, at level 0 too: 6 numbers of the generator.
    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    public void The_embeddings_noise_is_drawn_before_the_latents(int level)
    {
        using var starter = new VariationStarter(ImageEmbedder.Read(ModelReader.Read(ModelSource.At(Folder))));
        var request = starter.Fit(Request with { NoiseLevel = level, Count = 2 });
        var recipe = ModelReader.Read(ModelSource.At(Folder)).Process.Recipe(request);
        var shape = new LatentShape(2, 4, 8, 8);
        var start = starter.Begin(new StartingPoint(request, recipe, shape, Generators.Of(request), () => throw new InvalidOperationException()));

        var other = Generators.Of(request);
        other.Fill(new float[2 * 6]);
        start.Latents.ShouldBe(InitialLatents.Draw(other, shape, start.Plan.InitialScale));
        var labels = start.Labels.ShouldBeOfType<LabelVectors>();
        (labels.Width, labels.Values.Length).ShouldBe((12, 24));

        // Cosines, then sines of the level, with periods from 2π to nearly 20000π.
        for (var i = 0; i < 3; i++)
        {
            var angle = level * Math.Pow(10000, -i / 3.0);
            labels.Values[6 + i].ShouldBe((float)Math.Cos(angle), 1e-4);
            labels.Values[9 + i].ShouldBe((float)Math.Sin(angle), 1e-4);
        }

        // Of one picture: the same vector but for noise.
        (labels.Values.AsSpan(0, 6).SequenceEqual(labels.Values.AsSpan(12, 6))).ShouldBe(false);
    }

    [Fact]
    public void The_negative_pass_gets_zeros()
    {
        using var tensor = new LabelVectors([1, 2, 3, 4], 2).Tensor(2);
        tensor.Shape.ShouldBe([4, 2]);
        ((Inference.GraphTensor<float>)tensor).Values.ToArray().ShouldBe([0, 0, 0, 0, 1, 2, 3, 4]);
        using var one = new LabelNumbers([7, 8]).Tensor(2);
        ((Inference.GraphTensor<long>)one).Values.ToArray().ShouldBe([7, 8, 7, 8]);
    }

    [Fact]
    public void A_picture_of_a_batch_is_the_picture_of_its_seed() => IsThePictureOfItsSeed(Request with { NoiseLevel = 200 });

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Refused(Request with { Init = null }, "init", "needs a picture");
        Refused(Request with { NoiseLevel = 1000 }, "noiseLevel", "1000", "0 to 999");
        Refused(Request with { NoiseLevel = -1 }, "noiseLevel", "-1", "0 to 999");
        Refused(Request with { Depth = new DepthChoice([1], 1, 1) }, "depth", "takes no depth map");
        Refused(Request with { Mask = Picture(40, 30) }, "mask", "repaints");
        Refused(Request with { Width = 60 }, "width", "multiple of 8");
    }

    [Fact]
    public void It_is_no_refiner()
    {
        var request = TestModels.Request() with { Refiner = new RefinerChoice(Folder, 0.5) };
        using var plain = TestModels.Load("sd15");
        Should.Throw<UnfitRequestException>(() => plain.Run(request)).Field.ShouldBe("refiner");
    }

    [Theory]
    [InlineData("image_encoder/config.json", "image_encoder")]
    [InlineData("image_normalizer/diffusion_pytorch_model.safetensors", "image_normalizer")]
    [InlineData("image_noising_scheduler/scheduler_config.json", "image_noising_scheduler")]
    public void A_part_that_is_missing_is_named(string file, string said)
    {
        File.Delete(Path.Combine(Folder, file));
        Should.Throw<ModelFolderException>(() => Describe(Folder)).Message.ShouldContain(said);
    }

    [Fact]
    public void Vectors_of_another_length_are_refused()
    {
        TestModels.Edit(Path.Combine(Folder, "unet", "config.json"), json => json["projection_class_embeddings_input_dim"] = 14);
        Should.Throw<ModelFolderException>(() => Describe(Folder)).Message.ShouldContain("14");
    }
}
