using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;
using DiffusionHub.Sampling.Stages;

namespace DiffusionHub.Sampling.Tests;

/// <summary>Image-to-image and inpainting.</summary>
public sealed class StageTests
{
    private static readonly float[] Picture = [1, -1, 0.5f, 0.25f];
    private static readonly float[] Noise = [0.3f, 0.1f, -2, 1];

    [Theory]
    [InlineData(50, 0.8, 40)]
    [InlineData(50, 1, 50)]
    [InlineData(4, 0.5, 2)]
    [InlineData(5, 0.2, 1)]
    [InlineData(100, 0.29, 28)] // 28.999999999999996 in doubles
    [InlineData(10, 0.55, 5)]
    public void Strength_says_how_many_of_the_steps_are_run(int steps, double strength, int run)
    {
        ImageToImage.StepsToRun(steps, strength).ShouldBe(run);
        var plan = ImageToImage.Plan(Plans.DdimSchedule, steps, strength);
        plan.Steps.ShouldBe(Plans.Ddim(steps).Steps.TakeLast(run));
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Strength_goes_from_0_to_1(double strength) =>
        Should.Throw<ArgumentOutOfRangeException>(() => ImageToImage.StepsToRun(50, strength)).Message.ShouldContain("strength must be from 0 to 1");

    [Theory]
    [InlineData(50, 0)]
    [InlineData(5, 0.19)]
    [InlineData(1, 0.99)]
    public void A_strength_that_leaves_no_step_is_refused_with_both_numbers(int steps, double strength) =>
        Should.Throw<ArgumentOutOfRangeException>(() => ImageToImage.Plan(Plans.EulerSchedule, steps, strength)).Message
            .ShouldContain(FormattableString.Invariant($"{steps} steps times a strength of {strength} must be at least 1"));

    [Fact]
    public void The_first_state_is_the_picture_under_the_first_levels_noise()
    {
        var x = new float[4];
        var euler = ImageToImage.Plan(Plans.EulerSchedule, 20, 0.5);
        ImageToImage.Start(euler, Picture, Noise, x);
        var sigma = (float)euler.Steps[0].From.Sigma;
        x.ShouldBe([1 + (sigma * 0.3f), -1 + (sigma * 0.1f), 0.5f + (sigma * -2), 0.25f + sigma]);

        var ddim = ImageToImage.Plan(Plans.DdimSchedule, 20, 0.5);
        ImageToImage.Start(ddim, Picture, Noise, x);
        var kept = (float)Math.Sqrt(1 - (ddim.Steps[0].From.Sigma * ddim.Steps[0].From.Sigma));
        Golden.Error(x, [.. Picture.Select((p, i) => (kept * p) + ((float)ddim.Steps[0].From.Sigma * Noise[i]))]).ShouldBeLessThan(1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_stays_has_the_noise_of_each_level_and_none_at_the_end(bool ddim)
    {
        // DDIM's last level here is ᾱ₀, which still has a little noise.
        var plan = ddim ? Plans.Ddim(6) : Plans.Euler(6);
        var seen = 0;
        var result = Plans.Run(
            ddim ? new Ddim() : new Heun(), new PredictionDenoiser(PredictionType.Epsilon, new Toy((x, _) => 0.3f * x)), plan, [1, 2, 3, 4],
            new InpaintingBlend(Picture, Noise, [0, 1, 0, 1]).Then(Look));
        seen.ShouldBe(ddim ? 6 : 11);
        (result[0], result[2]).ShouldBe((Picture[0], Picture[2]));
        result[1].ShouldNotBe(Picture[1]);

        void Look(in StepReport step, Span<float> x, ReadOnlySpan<float> x0)
        {
            seen++;
            var (alpha, sigma) = step.Call == step.Calls ? (1, 0) : (step.Level.Alpha, step.Level.Sigma);
            foreach (var i in (int[])[0, 2])
            {
                ((double)x[i]).ShouldBe((alpha * Picture[i]) + (sigma * Noise[i]), 1e-5);
            }
        }
    }

    [Fact]
    public void A_soft_mask_mixes_and_one_plane_holds_for_every_channel()
    {
        float[] x = [10, 20, 30, 40];
        new InpaintingBlend(Picture, Noise, [1, 0.25f]).Then(null)(new StepReport(1, 2, new NoiseLevel(0.5, 2, 300)), x, x);
        x.ShouldBe([10f, (0.75f * (-0.5f + 0.2f)) + 5, 30, (0.75f * (0.125f + 2)) + 10]);
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Should.Throw<ArgumentException>(() => new InpaintingBlend(Picture, [1], [1])).Message.ShouldContain("The noise has 1 elements; the picture has 4.");
        Should.Throw<ArgumentException>(() => new InpaintingBlend(Picture, Noise, [1, 1, 1])).Message.ShouldContain("The mask has 3 elements");
        Should.Throw<ArgumentException>(() => new InpaintingBlend(Picture, Noise, [])).Message.ShouldContain("The mask has 0 elements");
    }
}
