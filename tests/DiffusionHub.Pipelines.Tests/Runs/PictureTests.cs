using DiffusionHub.Imaging;

namespace DiffusionHub.Pipelines.Tests.Runs;

public sealed class PictureTests : IDisposable
{
    private static readonly RgbImage Picture = TestModels.Picture("sd15-inpaint-4-channels", "init.png");
    private readonly IPipeline model = TestModels.Load("sd15");

    public void Dispose() => model.Dispose();

    [Fact]
    public void Pictures_of_another_size_are_resized()
    {
        var large = ImageCodec.Resize(Picture, 128, 192);
        var request = TestModels.Request() with { Init = large, Strength = 0.5 };
        var run = model.Run(request);
        (run.Width, run.Height, run.Values.Length).ShouldBe((64, 64, 64 * 64 * 3));
        TestFiles.Error(run.Values, model.Run(request with { Init = ImageCodec.Resize(large, 64, 64) }).Values).ShouldBe(0);
        var mask = Half(128);
        TestFiles.Error(model.Run(request with { Mask = mask }).Values, model.Run(request with { Mask = ImageCodec.Resize(mask, 64, 64) }).Values).ShouldBe(0);
    }

    [Fact]
    public void A_black_mask_keeps_the_picture_and_a_white_one_nothing()
    {
        var request = TestModels.Request(steps: 3) with { Init = Picture, Strength = 1 };
        float[] kept = [], repainted = [];
        model.Run(request with { Mask = Plain(0) }, (in StepProgress step) => kept = step.Latents.ToArray());
        model.Run(request with { Mask = Plain(255) }, (in StepProgress step) => repainted = step.Latents.ToArray());
        // Whatever is asked for, the same latents: those of the picture.
        float[] again = [];
        model.Run(request with { Prompt = "something else", Steps = 2, Mask = Plain(0) }, (in StepProgress step) => again = step.Latents.ToArray());
        TestFiles.Error(again, kept).ShouldBe(0);
        TestFiles.Error(repainted, kept).ShouldBeGreaterThan(0.1);
    }

    [Fact]
    public void Half_a_mask_keeps_half_the_latents()
    {
        var request = TestModels.Request(steps: 3) with { Init = Picture, Strength = 1 };
        float[] kept = [], half = [];
        model.Run(request with { Mask = Plain(0) }, (in StepProgress step) => kept = step.Latents.ToArray());
        model.Run(request with { Mask = Half(64) }, (in StepProgress step) => half = step.Latents.ToArray());
        var same = kept.Zip(half, (a, b) => a == b).ToArray();
        Enumerable.Range(0, same.Length).ShouldAllBe(i => same[i] == (i % 8 < 4));
    }

    [Fact]
    public void Strength_is_the_part_of_the_steps()
    {
        foreach (var (strength, steps) in new[] { (0.2, 1), (0.5, 2), (0.99, 4), (1.0, 5) })
        {
            var calls = 0;
            model.Run(TestModels.Request(steps: 5) with { Init = Picture, Strength = strength }, (in StepProgress _) => calls++);
            calls.ShouldBe(steps);
        }
    }

    private static RgbImage Plain(byte grey) => new(64, 64, [.. Enumerable.Repeat(grey, 64 * 64 * 3)]);

    // The right half white.
    private static RgbImage Half(int side) => new(side, side, [.. Enumerable.Range(0, side * side * 3).Select(i => (byte)(i / 3 % side < side / 2 ? 0 : 255))]);
}
