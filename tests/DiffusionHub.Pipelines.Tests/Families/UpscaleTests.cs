using DiffusionHub.Pipelines.Families.StableDiffusionUpscale;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Tests.Families;

public sealed class UpscaleTests : FamilyTest
{
    private string? folder;

    protected override string Folder => folder ??= TinyFamilies.Upscaler(Models);

    private static PictureRequest Request => TestModels.Request(guidance: 3) with { Init = Picture(8, 8), NoiseLevel = 20 };

    [Fact]
    public void It_says_what_it_is() => Describe(Folder).ShouldSatisfyAllConditions(
        model => model.Family.ShouldBe("StableDiffusionUpscale"),
        model => model.Tasks.ShouldBe([KnownTasks.Upscaling]),
        model => (model.MaxNoiseLevel, model.DefaultNoiseLevel, model.UpscaleFactor, model.MaxSide).ShouldBe((350, 20, 8, 8192)));

    [Fact]
    public void The_low_resolutions_noise_is_drawn_before_the_latents()
    {
        var parts = ModelReader.Read(ModelSource.At(Folder));
        using var starter = new UpscaleStarter(parts, Describe(Folder), ForwardNoise.Read(parts.Source.Folder, "low_res_scheduler"));
        var request = starter.Fit(Request with { Count = 2, NoiseLevel = 150 });
        var shape = new LatentShape(2, 4, 8, 8);
        var start = starter.Begin(new StartingPoint(request, parts.Process.Recipe(request), shape, Generators.Of(request), () => throw new InvalidOperationException()));

        var other = Generators.Of(request);
        var low = InitialLatents.Draw(other, shape with { Channels = 3 }, 1);
        start.Latents.ShouldBe(InitialLatents.Draw(other, shape, start.Plan.InitialScale));
        start.Labels.ShouldBeOfType<LabelNumbers>().Numbers.ShouldBe([150L, 150]);

        // ᾱ of √β from √0.0001 to √0.02 on a straight line.
        var bar = Enumerable.Range(0, 151).Aggregate(1.0, (product, t) => product * (1 - Math.Pow(0.01 + ((Math.Sqrt(0.02) - 0.01) * t / 999), 2)));
        var planes = PicturePlanes.Signed(request.Init!);
        start.Extra!.Channels.ShouldBe(3);
        for (var i = 0; i < low.Length; i++)
        {
            start.Extra.Values[i].ShouldBe((float)((Math.Sqrt(bar) * planes[i % planes.Length]) + (Math.Sqrt(1 - bar) * low[i])), 1e-4);
        }
    }

    [Fact]
    public void Picture_and_noise_level_matter()
    {
        var plain = Run(Request);
        TestFiles.Error(Run(Request with { NoiseLevel = 21 }), plain).ShouldBeGreaterThan(1e-3);
        TestFiles.Error(Run(Request with { Init = Picture(8, 9) }), plain).ShouldBeGreaterThan(1e-3);
        TestFiles.Error(Run(Request with { Strength = 0.2 }), plain).ShouldBe(0);
    }

    [Fact]
    public void Its_pictures_say_the_noise_level_and_no_strength()
    {
        var said = PictureFile.Parameters(Request, 0, Describe(Folder)).ToString();
        said.ShouldContain("Noise level: 20");
        said.ShouldNotContain("strength");
    }

    [Theory]
    [InlineData(8, 6, 0)]
    [InlineData(10, 7, 1)]
    public void A_result_is_as_many_times_as_large(int width, int height, double guidance) =>
        Run(Request with { Init = Picture(width, height), Width = 8 * width, Height = 8 * height, Guidance = guidance }).Length.ShouldBe(8 * 8 * width * height * 3);

    [Fact]
    public void A_picture_of_a_batch_is_the_picture_of_its_seed() => IsThePictureOfItsSeed(Request);

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Refused(Request with { Init = null }, "init", "needs a picture");
        Refused(Request with { NoiseLevel = 351 }, "noiseLevel", "351", "0 to 350");
        Refused(Request with { NoiseLevel = -1 }, "noiseLevel", "0 to 350");
        Refused(Request with { Width = 8200 }, "init", "8200 × 64", "8192 × 8192", "at most 1024 × 1024");
        Refused(Request with { Width = 8192, Height = 8192, Count = 11 }, "count", "at most 10");
        Refused(Request with { Depth = new DepthChoice([1], 1, 1) }, "depth", "takes no depth map");
        Refused(Request with { Mask = Picture(8, 8) }, "mask", "repaints");
    }

    // Pillow's weights have 22 bits after the point, so that its bytes are the rounded exact ones, axis after axis.
    [Theory]
    [InlineData(13, 9, 8, 8)]
    [InlineData(5, 7, 12, 16)]
    public void A_picture_of_an_odd_size_is_resized_as_Pillow_does_it(int width, int height, int newWidth, int newHeight)
    {
        var picture = Picture(width, height);
        var resized = ByteBicubic.Resize(picture, newWidth, newHeight, ByteBicubic.FinestBits);
        var lines = Exact(Enumerable.Range(0, height).Select(y => picture.Pixels[(3 * y * width)..(3 * (y + 1) * width)]), width, newWidth).ToList();
        var columns = Exact(Enumerable.Range(0, newWidth).Select(x => lines.SelectMany(line => line[(3 * x)..((3 * x) + 3)]).ToArray()), height, newHeight).ToList();
        for (var i = 0; i < resized.Pixels.Length; i++)
        {
            resized.Pixels[i].ShouldBe(columns[i / 3 % newWidth][(i / 3 / newWidth * 3) + (i % 3)]);
        }

        IEnumerable<byte[]> Exact(IEnumerable<byte[]> all, int length, int target) => all.Select(line => Enumerable.Range(0, target * 3).Select(i =>
        {
            var (scale, centre) = ((double)length / target, ((i / 3) + 0.5) * length / target);
            var stretch = Math.Max(scale, 1);
            var at = Enumerable.Range(0, length).Where(j => j >= (int)(centre - (2 * stretch) + 0.5) && j < (int)(centre + (2 * stretch) + 0.5)).ToList();
            var weights = at.Select(j => Keys(Math.Abs((j + 0.5 - centre) / stretch))).ToList();
            return (byte)Math.Clamp(Math.Floor((at.Zip(weights, (j, weight) => line[(3 * j) + (i % 3)] * weight).Sum() / weights.Sum()) + 0.5), 0, 255);
        }).ToArray());

        static double Keys(double t) => t < 1 ? (1.5 * t * t * t) - (2.5 * t * t) + 1 : t < 2 ? (-0.5 * t * t * t) + (2.5 * t * t) - (4 * t) + 2 : 0;
    }

    [Theory]
    [InlineData("in_channels", 5, "7")]
    [InlineData("num_class_embeds", null, "Table")]
    public void A_UNet_of_another_kind_is_refused(string key, int? value, string said)
    {
        TestModels.Edit(Path.Combine(Folder, "unet", "config.json"), json => json[key] = value);
        Should.Throw<ModelFolderException>(() => Describe(Folder)).Message.ShouldContain(said);
    }
}
