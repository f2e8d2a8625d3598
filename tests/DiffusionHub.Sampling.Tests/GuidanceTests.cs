using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Guidance;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

public sealed class GuidanceTests
{
    private static readonly NoiseLevel Level = new(1, 2, 5);

    // Negative: x + t, positive: 2x.
    private static readonly Toy Negative = new((x, t) => x + t);
    private static readonly Toy Positive = new((x, _) => 2 * x);

    [Fact]
    public void Guidance_moves_from_the_negative_past_the_positive()
    {
        Guided(new BatchOfTwo(new Halves()), new ConstantScale(3), [10, 20]).ShouldBe([15f + (3 * 5f), 25f + (3 * 15f)]);
        Guided(new TwoPasses(Negative, Positive), new ConstantScale(3), [10, 20]).ShouldBe([15f + (3 * 5f), 25f + (3 * 15f)]);
    }

    [Fact]
    public void A_scale_of_one_is_the_prompt_alone_and_costs_no_second_pass()
    {
        var negative = new Toy((_, _) => float.NaN);
        var positive = new Toy((x, _) => 0.1f * x);
        Guided(new TwoPasses(negative, positive), new ConstantScale(1), [0.3f]).ShouldBe([0.1f * 0.3f]);
        (negative.Calls, positive.Calls).ShouldBe((0, 1));
        Guided(new BatchOfTwo(new Halves()), new ConstantScale(1), [10, 20]).ShouldBe([20f, 40f]);
    }

    [Fact]
    public void Both_forms_are_the_same_all_the_way()
    {
        float[] batch = Walk(new BatchOfTwo(new Halves())), passes = Walk(new TwoPasses(Negative, Positive));
        batch.ShouldBe(passes);
        batch.ShouldAllBe(value => float.IsFinite(value));

        static float[] Walk(IPromptPair prompts)
        {
            var plan = Plans.Ddim(6);
            float[] x = [0.5f, -1, 2, 0.1f];
            var denoiser = new ClassifierFreeGuidance(prompts, new IntervalScale(new ConstantScale(4), 0.2, 3)).Denoiser(p => new PredictionDenoiser(PredictionType.Epsilon, p));
            return Plans.Run(new Samplers.Ddim(), denoiser, plan, x);
        }
    }

    [Theory]
    [InlineData(0.19, 1)]
    [InlineData(0.2, 1)]
    [InlineData(0.21, 4)]
    [InlineData(3, 4)]
    [InlineData(3.01, 1)]
    public void An_interval_holds_its_upper_end_but_not_its_lower(double sigma, double scale)
    {
        var interval = new IntervalScale(new ConstantScale(4), 0.2, 3);
        interval.At(new NoiseLevel(1, sigma, 7)).ShouldBe(scale);
        // The same noise in DDPM's form.
        interval.At(new NoiseLevel(0.5, sigma / 2, 7)).ShouldBe(scale);
    }

    [Fact]
    public void An_interval_without_upper_end_holds_pure_noise() =>
        new IntervalScale(new ConstantScale(4), 0, double.PositiveInfinity).At(new NoiseLevel(0, 1, 999)).ShouldBe(4);

    [Theory]
    [InlineData(-0.1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 1)]
    [InlineData(2, double.NaN)]
    public void An_empty_interval_is_refused(double lowest, double highest) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new IntervalScale(new ConstantScale(4), lowest, highest)).Message.ShouldContain("guidance interval");

    [Fact]
    public void A_table_gives_each_step_its_scale_and_repeats_the_last()
    {
        foreach (var plan in new[] { Plans.Ddim(5), Plans.Euler(5) })
        {
            var table = new ScaleTable(plan, 9, 1, 3);
            plan.Steps.Select(step => table.At(step.From)).ShouldBe([9, 1, 3, 3, 3]);
            var (first, second) = (plan.Steps[0].From, plan.Steps[1].From);
            // Between two steps, as samplers of two calls ask.
            table.At(new NoiseLevel(1, Math.Sqrt(first.Sigma / first.Alpha * (second.Sigma / second.Alpha)), 0)).ShouldBe(9);
            table.At(NoiseLevel.Clean).ShouldBe(3);
        }
    }

    [Fact]
    public void A_table_without_scales_is_refused()
    {
        Should.Throw<ArgumentException>(() => new ScaleTable(Plans.Euler(5))).Message.ShouldContain("at least one");
        Should.Throw<ArgumentException>(() => new ScaleTable(Plans.Euler(5), 1, double.NaN)).Message.ShouldContain("finite");
    }

    // u + 7.5·(c − u), rescaled by 0.7, computed with torch.std over each picture.
    [Fact]
    public void Rescale_brings_each_picture_to_the_prompts_deviation()
    {
        float[] mixed = new float[8];
        float[] negative = [0.5f, -1.25f, 2, 0.75f, 3, -0.5f, 0.25f, 1], positive = [1, -2, 0.5f, 0.25f, 2, 1.5f, -1, 0.5f];
        new RescaledRule(new LinearRule(), 0.7, pictures: 2).Mix(negative, positive, 7.5, mixed);
        Golden.Error(mixed, Rescaled).ShouldBeLessThan(1e-6);

        var plain = new float[8];
        new LinearRule().Mix(negative, positive, 7.5, plain);
        new RescaledRule(new LinearRule(), 0, pictures: 2).Mix(negative, positive, 7.5, mixed);
        mixed.ShouldBe(plain);
    }

    [Fact]
    public void Rescale_leaves_a_prediction_without_contrast_alone()
    {
        var mixed = new float[2];
        new RescaledRule(new LinearRule(), 1).Mix([1, 1], [2, 2], 3, mixed);
        mixed.ShouldBe([4f, 4]);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Rescale_outside_of_its_limits_is_refused(double share) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new RescaledRule(new LinearRule(), share)).Message.ShouldContain("from 0 to 1");

    private static readonly float[] Rescaled = [1.9445524f, -3.1455994f, -4.2322607f, -1.3726251f, -1.7531908f, 5.6491709f, -3.5550814f, -1.0713944f];

    private static float[] Guided(IPromptPair prompts, IGuidanceScale scale, float[] x)
    {
        var x0 = new float[x.Length];
        new ClassifierFreeGuidance(prompts, scale).Denoiser(p => new Raw(p)).Denoise(x, Level, x0);
        return x0;
    }

    // The prediction itself.
    private sealed class Raw(IPredictor predictor) : IDenoiser
    {
        public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0) => predictor.Predict(x, level.Timestep, x0);
    }

    private sealed class Halves : IPredictor
    {
        public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
        {
            var half = input.Length / 2;
            Negative.Predict(input[..half], timestep, output[..half]);
            Positive.Predict(input[half..], timestep, output[half..]);
        }
    }
}
