using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Guidance;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

/// <summary>CFG++ against the paper's own form: DDIM whose renoising uses the negative prompt's noise alone.</summary>
public sealed class CfgPlusPlusTests
{
    private static readonly float[] Start = [0.5f, -1, 2, 0.1f, -0.3f];

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(0.6)]
    [InlineData(1)]
    public void Is_DDIM_with_the_negative_prompts_noise(double lambda)
    {
        var plan = Plans.Ddim(12);
        var result = Plans.Run(new Ddim(), Guided(plan, lambda), plan, Start);

        var x = Start.Select(value => (double)value).ToArray();
        foreach (var (from, to) in plan.Steps)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var (negative, positive) = (Negative(x[i], from.Timestep), Positive(x[i], from.Timestep));
                var picture = (x[i] - (from.Sigma * (negative + (lambda * (positive - negative))))) / from.Alpha;
                x[i] = (to.Alpha * picture) + (to.Sigma * negative);
            }
        }

        Golden.Error(result, [.. x.Select(value => (float)value)]).ShouldBeLessThan(1e-5);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.6)]
    public void Is_Euler_with_the_negative_prompts_slope(double lambda)
    {
        var plan = Plans.Euler(12);
        float[] start = [.. Start.Select(value => value * 14.6f)];
        var result = Plans.Run(new Euler(), Guided(plan, lambda), plan, start);

        var x = start.Select(value => (double)value).ToArray();
        foreach (var (from, to) in plan.Steps)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var seen = x[i] / Math.Sqrt((from.Sigma * from.Sigma) + 1);
                var (negative, positive) = (Negative(seen, from.Timestep), Positive(seen, from.Timestep));
                x[i] = x[i] - (from.Sigma * (negative + (lambda * (positive - negative)))) + (to.Sigma * negative);
            }
        }

        Golden.Error(result, [.. x.Select(value => (float)value)]).ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void The_last_step_to_no_noise_is_ordinary_guidance_and_earlier_ones_are_stronger()
    {
        var plan = Plans.Euler(5);
        var scale = new CfgPlusPlusScale(plan, 0.6);
        var scales = plan.Steps.Select(step => scale.At(step.From)).ToArray();
        scales[^1].ShouldBe(0.6);
        scales[..^1].ShouldAllBe(w => w > 0.6);
        // A start without any picture in it.
        var whole = new SamplingPlan([new(new NoiseLevel(0, 1, 999), new NoiseLevel(0.6, 0.8, 500))], 1, plan.Levels);
        new CfgPlusPlusScale(whole, 0.6).At(whole.Steps[0].From).ShouldBe(0.6);
    }

    [Fact]
    public void A_step_that_goes_nowhere_has_a_finite_scale()
    {
        var level = new NoiseLevel(1, 2, 300);
        var plan = Plans.Euler(5) with { Steps = [new(level, level)] };
        new CfgPlusPlusScale(plan, 0.6).At(level).ShouldBe(0.6);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Lambda_goes_from_0_to_1(double lambda) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new CfgPlusPlusScale(Plans.Euler(5), lambda)).Message.ShouldContain("from 0 to 1");

    private static IDenoiser Guided(SamplingPlan plan, double lambda) =>
        new ClassifierFreeGuidance(new TwoPasses(new Toy((x, t) => (float)Negative(x, t)), new Toy((x, t) => (float)Positive(x, t))), new CfgPlusPlusScale(plan, lambda))
            .Denoiser(network => new PredictionDenoiser(PredictionType.Epsilon, network));

    private static double Negative(double x, double t) => (0.7 * x) + (0.2 * Math.Sin((2 * x) + (t / 300)));

    private static double Positive(double x, double t) => (0.6 * x) + (0.3 * Math.Cos(x - (t / 200)));
}
