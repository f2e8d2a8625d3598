using DiffusionHub.Pipelines.Families.StableDiffusionDepth;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Tests.Families;

public sealed class DepthTests : FamilyTest
{
    private string? folder;

    protected override string Folder => folder ??= TinyFamilies.Depth(Models);

    private static PictureRequest Request => TestModels.Request(steps: 4, guidance: 3) with { Init = Picture(64, 64), Strength = 0.5 };

    [Fact]
    public void Depths_as_far_apart_as_floats_can_be_are_still_a_map()
    {
        float[] depth = [-3e38f, 3e38f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var map = Stages.DepthMap.Channel(depth, 4, 4, 4, 4);
        (map[0], map[1], map[5]).ShouldBe((-1, 1, 0));
    }

    [Fact]
    public void It_says_what_it_is() => Describe(Folder).ShouldSatisfyAllConditions(
        model => model.Family.ShouldBe("StableDiffusionDepth"),
        model => model.Tasks.ShouldBe([KnownTasks.DepthToImage]),
        model => (model.EstimatesDepth, model.TakesControlNets, model.TakesAdapters, model.MaxNoiseLevel).ShouldBe((true, false, true, null)));

    [Fact]
    public void The_estimate_given_as_a_map_is_the_estimate()
    {
        var request = Request with { Init = Picture(16, 16) };
        using var estimator = DepthEstimator.Read(ModelReader.Read(ModelSource.At(Folder)))!;
        var depth = estimator.Estimate(request.Init);
        (depth.Height, depth.Width, depth.Values.Max() > depth.Values.Min()).ShouldBe((16, 16, true));
        TestFiles.Error(Run(request with { Depth = depth }), Run(request)).ShouldBe(0);
    }

    [Fact]
    public void Depth_matters_but_not_its_unit()
    {
        float[] depth = [.. Enumerable.Range(0, 64 * 64).Select(i => i % 64 / 64f)];
        var across = Run(Request with { Depth = new DepthChoice(depth, 64, 64) });
        TestFiles.Error(Run(Request with { Depth = new DepthChoice([.. depth.Select(value => (value * 8) + 4)], 64, 64) }), across).ShouldBeLessThan(1e-4);
        TestFiles.Error(Run(Request with { Depth = new DepthChoice([.. depth.Select(value => -value)], 64, 64) }), across).ShouldBeGreaterThan(1e-2);
    }

    // The estimator sees the picture as it came: its own filter resizes it.
    [Fact]
    public void A_picture_of_another_size_and_its_map_become_the_size_that_is_wanted()
    {
        var request = Request with { Init = Picture(50, 90), Width = 48, Height = 88 };
        Run(request).Length.ShouldBe(48 * 88 * 3);
        Run(request with { Depth = new DepthChoice(new float[50 * 90], 90, 50) }).ShouldAllBe(value => float.IsFinite(value));
    }

    [Fact]
    public void A_picture_of_a_batch_is_the_picture_of_its_seed() => IsThePictureOfItsSeed(Request);

    [Theory]
    [InlineData(64, 32)]
    [InlineData(40, 24)]
    public void An_estimator_that_resizes_nothing_sees_pictures_of_any_size(int width, int height)
    {
        File.WriteAllText(Path.Combine(Folder, "feature_extractor", "preprocessor_config.json"), """{"image_processor_type":"DPTImageProcessor","image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5],"do_resize":false}""");
        Run(Request with { Init = Picture(width, height), Width = width, Height = height }).Length.ShouldBe(width * height * 3);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Refused(Request with { Init = null }, "init", "needs a picture");
        Refused(Request with { Depth = new DepthChoice(new float[32 * 48], 48, 32) }, "depth", "32 × 48", "64 × 64");
        Refused(Request with { Depth = new DepthChoice([.. new float[64 * 64 - 1], float.NaN], 64, 64) }, "depth", "row 63", "column 63");
        Refused(Request with { Mask = Picture(64, 64) }, "mask", "repaints");
        Refused(Request with { Control = new ControlChoice(Picture(64, 64)) }, "control", "ControlNet");
        Refused(Request with { NoiseLevel = 3 }, "noiseLevel", "no noise level");
        Refused(Request with { Strength = 0.1 }, "strength", "no step");
    }

    [Fact]
    public void A_model_without_an_estimator_needs_a_map()
    {
        folder = TinyFamilies.Depth(Models, estimator: false);
        Describe(Folder).EstimatesDepth.ShouldBeFalse();
        Refused(Request, "depth", "no depth estimator");
        Run(Request with { Depth = new DepthChoice(new float[64 * 64], 64, 64) }).Length.ShouldBe(64 * 64 * 3);
    }

    [Fact]
    public void An_estimator_that_is_not_whole_is_no_model_without_one()
    {
        File.Delete(Path.Combine(Folder, "depth_estimator", "config.json"));
        Should.Throw<ModelFolderException>(() => Describe(Folder)).Message.ShouldContain("depth_estimator");
    }

    [Fact]
    public void Other_models_take_no_depth()
    {
        folder = TestModels.At("sd15");
        Refused(TestModels.Request() with { Depth = new DepthChoice([1], 1, 1) }, "depth", "takes no depth map");
        Refused(TestModels.Request() with { NoiseLevel = 1 }, "noiseLevel", "takes no noise level");
    }

    [Theory]
    [InlineData("(2, 3)", 2, 3)]
    [InlineData("(1, 2, 3)", 2, 3)]
    [InlineData("(6,)", null, null)]
    [InlineData("(2, 1, 3)", null, null)]
    public void A_map_in_a_file_has_two_sides(string shape, int? height, int? width)
    {
        var path = Models.New("depth.npy");
        File.WriteAllBytes(path, NumpyFile.Bytes([1, 2, 3, 4, 5, 6], [.. shape.Trim('(', ')').Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]));
        if (height is null)
        {
            Should.Throw<InvalidDataException>(() => NumpyFile.ReadDepth(path)).Message.ShouldContain(path);
            return;
        }

        NumpyFile.ReadDepth(path).ShouldSatisfyAllConditions(d => (d.Height, d.Width).ShouldBe((height.Value, width!.Value)), d => d.Values.ShouldBe([1, 2, 3, 4, 5, 6]));
    }
}
