using System.Text.Json;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.Inversion;
using DiffusionHub.Sampling.Inversion;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Tests.Inversion;

/// <summary>EDICT on models: the reference's numbers, the round trip, and pictures.</summary>
[Collection(nameof(SproutFixture))]
public sealed class InversionTests(SproutFixture sprout)
{
    private const string Caption = "a red apple";

    [Fact]
    public void Both_directions_are_the_references()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Golden("case.json")));
        var golden = document.RootElement;
        using var model = new LatentInversion(TestModels.Load("sd15"));
        var settings = new InversionSettings(golden.GetProperty("steps").GetInt32(), golden.GetProperty("strength").GetDouble(), golden.GetProperty("guidance").GetDouble(), golden.GetProperty("mix").GetDouble());
        var (start, sides) = NumpyFile.ReadDoubles(Golden("start.npy"));
        var shape = new LatentShape(sides[0], sides[1], sides[2], sides[3]);
        var pair = LatentPair.Twice(start);

        model.Invert(pair, shape, golden.GetProperty("promptFrom").GetString()!, settings);
        Error(pair.First, Read("inverted-0")).ShouldBeLessThan(1e-5);
        Error(pair.Second, Read("inverted-1")).ShouldBeLessThan(1e-5);
        model.Generate(pair, shape, golden.GetProperty("promptTo").GetString()!, settings);
        Error(pair.First, Read("edited-0")).ShouldBeLessThan(3e-5);
        Error(pair.Second, Read("edited-1")).ShouldBeLessThan(3e-5);

        static double[] Read(string name) => NumpyFile.ReadDoubles(Golden(name + ".npy")).Values;
        static string Golden(string file) => TestFiles.Path("inversion", "edict-sd15-10-steps", file);
    }

    [Theory]
    [InlineData("sprout", 1)]
    [InlineData("sd15", 3)]
    public void Fifty_steps_there_and_back_end_where_they_began(string name, double guidance)
    {
        var source = name == "sprout" ? TestFiles.Sprout.Path : name;
        using var model = new LatentInversion(TestModels.Load(source));
        var shape = model.Shape(name == "sprout" ? null : 64);
        var start = Normal(shape.Length);
        var pair = LatentPair.Twice(start);
        var settings = new InversionSettings(50, 1, guidance, 0.93);
        model.Invert(pair, shape, Caption, settings);
        Error(pair.First, start).ShouldBeGreaterThan(0.1);
        model.Generate(pair, shape, Caption, settings);
        Error(pair.First, start).ShouldBeLessThan(1e-6);
        Error(pair.Second, start).ShouldBeLessThan(1e-6);
    }

    [Fact]
    public void A_picture_made_again_with_its_caption_is_what_the_autoencoder_keeps_of_it()
    {
        var picture = sprout.Pipeline.Run(SproutFixture.Request(Caption, steps: 4, guidance: 2)).Image(0);
        var request = Request(picture, Caption);
        var again = sprout.Pipeline.Run(request);
        Difference(again.Image(0), picture).ShouldBeLessThan(8);
        var edited = sprout.Pipeline.Run(request with { Prompt = "a green pear" });
        Difference(edited.Image(0), picture).ShouldBeGreaterThan(8);
    }

    [Fact]
    public void A_batch_is_the_same_picture_twice()
    {
        var request = Request(TestModels.Picture("sd15-img2img", "init.png"), "a fox", width: 64);
        using var model = TestModels.Load("sd15");
        var (one, two) = (model.Run(request), model.Run(request with { Count = 2 }));
        TestFiles.Error(two.Values.AsSpan(0, one.Values.Length), one.Values).ShouldBeLessThan(1e-5);
        TestFiles.Error(two.Values.AsSpan(one.Values.Length), one.Values).ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void SDXL_can_be_edited_too()
    {
        using var model = TestModels.Load("sdxl-base");
        model.Description.Tasks.ShouldContain(KnownTasks.Editing);
        var latents = new List<float>();
        model.Run(Request(TestModels.Picture("sd15-img2img", "init.png"), Caption, width: 64) with { Guidance = 3 }, (in StepProgress step) => latents.Add(step.Latents[0]));
        latents.Count.ShouldBe(10);
        // The caption is the prompt, so the first state of the way back is that before the last.
        latents[3].ShouldBe(latents[5], 1e-4f);
    }

    [Fact]
    public void Both_directions_are_told_and_stop_between_steps()
    {
        var request = Request(TestModels.Picture("sd15-img2img", "init.png"), "a cat");
        List<(int, int)> told = [];
        using var stop = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => sprout.Pipeline.Run(
            request,
            (in StepProgress step) =>
            {
                told.Add((step.Step, step.Steps));
                step.Preview(0).Width.ShouldBeGreaterThan(0);
                if (step.Step == 7)
                {
                    stop.Cancel();
                }
            },
            stop.Token));
        told.ShouldBe([.. Enumerable.Range(1, 7).Select(step => (step, 10))]);
    }

    internal static double[] Normal(int length)
    {
        var values = new float[length];
        new TorchCpuNoise(3).Normal(values);
        return Array.ConvertAll(values, value => (double)value);
    }

    internal static double Error(double[] actual, double[] expected) => actual.Zip(expected, (a, b) => Math.Abs(a - b)).Max() / Math.Max(1, expected.Max(Math.Abs));

    private static PictureRequest Request(RgbImage init, string prompt, int width = 128) => new()
    {
        Prompt = prompt, Seed = 1, Steps = 5, Strength = 1, Guidance = 1, Width = width, Height = width, Init = init, Inversion = new InversionChoice(Caption),
    };

    // Mean of all differences, 0 to 255.
    private static double Difference(RgbImage one, RgbImage other) => one.Pixels.Zip(other.Pixels, (a, b) => Math.Abs(a - b)).Average();
}
