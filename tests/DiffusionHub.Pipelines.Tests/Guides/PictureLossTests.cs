using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Tests.Guides;

/// <summary>Losses of pictures: their gradients through cutouts, resizing, normalisation and network against central differences.</summary>
public sealed class PictureLossTests : IDisposable
{
    private const int Height = 24;
    private const int Width = 30;
    private readonly TestGuides guides = new();

    public void Dispose() => guides.Dispose();

    [Theory]
    [InlineData("vit", "dog", 1)]
    [InlineData("vit", "2", 5)]
    [InlineData("clip", "a red fox", 1)]
    [InlineData("clip", null, 16)]
    [InlineData("aesthetic", null, 1)]
    [InlineData("aesthetic", null, 4)]
    public void A_gradient_is_the_slope_along_itself(string kind, string? target, int cutouts)
    {
        using var loss = PictureLosses.Load(new GuideChoice(guides.New(kind)) { Target = target }, "a blue house", cutouts);
        var (pictures, gradient) = (Pictures(2), new float[2 * 3 * Height * Width]);
        var value = Evaluate(loss, pictures, gradient);
        double.IsFinite(value).ShouldBeTrue();
        var length = Math.Sqrt(gradient.Sum(g => (double)g * g));
        length.ShouldBeGreaterThan(1e-4);
        var step = 0.02 / gradient.Max(Math.Abs);
        double Along(double by) => Evaluate(loss, [.. pictures.Zip(gradient, (p, g) => (float)(p + (by * step * g)))], new float[pictures.Length]);
        var measured = ((8 * (Along(1) - Along(-1))) - Along(2) + Along(-2)) / (12 * step);
        (measured / (length * length)).ShouldBe(1, 1e-3);
    }

    // A rectifier bends: only what does not lie across a bend has a slope, so one that is coarse must do here; goldens hold the exact one.
    [Fact]
    public void A_residual_networks_loss_falls_against_its_gradient()
    {
        using var loss = PictureLosses.Load(new GuideChoice(guides.ResNet()) { Target = "fox" }, "");
        var (pictures, gradient) = (Pictures(1), new float[3 * Height * Width]);
        var before = Evaluate(loss, pictures, gradient);
        var step = 0.02f / gradient.Max(Math.Abs);
        Evaluate(loss, [.. pictures.Zip(gradient, (p, g) => p - (step * g))], new float[pictures.Length]).ShouldBeLessThan(before);
    }

    [Fact]
    public void Pictures_of_a_batch_are_judged_by_themselves()
    {
        using var loss = PictureLosses.Load(new GuideChoice(guides.Vit()) { Target = "0" }, "", cutouts: 3);
        var (both, one) = (Pictures(2), 3 * Height * Width);
        var (ofBoth, ofFirst, ofSecond) = (new float[2 * one], new float[one], new float[one]);
        var sum = Evaluate(loss, both, ofBoth);
        var alone = loss.Evaluate(both.AsSpan(0, one), 1, Height, Width, ofFirst, new GeneratorNoise(new TorchCpuNoise(7)))
            + loss.Evaluate(both.AsSpan(one), 1, Height, Width, ofSecond, new GeneratorNoise(new TorchCpuNoise(8)));
        sum.ShouldBe(alone, 1e-6);
        TestFiles.Error(ofBoth, [.. ofFirst, .. ofSecond]).ShouldBeLessThan(1e-6);
    }

    [Fact]
    public void Cutouts_are_squares_within_the_picture_that_the_generator_draws()
    {
        var views = PictureViews.Random(224, 512, 768, 2, 64, new GeneratorNoise(new TorchCpuNoise(1), new TorchCpuNoise(2)));
        foreach (var view in views.SelectMany(picture => picture))
        {
            (view.Height == view.Width && view.Top >= 0 && view.Left >= 0 && view.Top + view.Height <= 512 && view.Left + view.Width <= 768).ShouldBeTrue();
            view.Height.ShouldBeInRange(224, 512);
        }

        views[0].ShouldNotBe(views[1]);
        views[0].Max(view => view.Height).ShouldBeGreaterThan(480);
        views[0].Min(view => view.Height).ShouldBeLessThan(256);
        views[0].Max(view => view.Left).ShouldBeGreaterThan(256);
        PictureViews.Random(224, 512, 768, 1, 64, new GeneratorNoise(new TorchCpuNoise(1)))[0].ShouldBe(views[0]);

        // Smaller than what the guide takes: still different ones.
        PictureViews.Random(224, 64, 64, 1, 16, new GeneratorNoise(new TorchCpuNoise(1)))[0].Select(view => view.Height).Distinct().Count().ShouldBeGreaterThan(4);
    }

    private static double Evaluate(IPictureLoss loss, float[] pictures, float[] gradient) => loss.Evaluate(
        pictures, pictures.Length / (3 * Height * Width), Height, Width, gradient, new GeneratorNoise([.. Enumerable.Range(0, pictures.Length / (3 * Height * Width)).Select(i => new TorchCpuNoise(7 + i))]));

    private static float[] Pictures(int count) => [.. Enumerable.Range(0, count * 3 * Height * Width).Select(i => (float)Math.Sin((i * 0.37) + (i * i * 0.0011)))];
}
