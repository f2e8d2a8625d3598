using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Guidance;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

/// <summary>Guidance by a classifier, on two hills of normal data at ±2 of deviation 0.5, where everything is known.</summary>
public sealed class ClassifierGuidanceTests
{
    private const double Middle = 2;
    private const double Deviation = 0.5;

    public static TheoryData<double, double> Levels => new() { { 1, 0.3 }, { 1, 14.6 }, { 0.8, 0.6 }, { 0.01, 0.99995 } };

    // The score of p(x | y) is that of p(x) and that of p(y | x) together.
    [Theory]
    [MemberData(nameof(Levels))]
    public void At_scale_one_the_estimate_is_that_of_the_class_alone(double alpha, double sigma)
    {
        var level = new NoiseLevel(alpha, sigma, 7);
        float[] x = [.. Enumerable.Range(-6, 13).Select(i => (float)(i * level.Norm / 3))];
        var (guided, alone) = (new float[x.Length], new float[x.Length]);
        new ClassifierGuidance(new Hills(), new NoisyLikelihood(new Classifier(level)), 1).Denoise(x, level, guided);
        for (var i = 0; i < x.Length; i++)
        {
            alone[i] = (float)Hill(x[i], level, Middle);
        }

        Golden.Error(guided, alone).ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void A_scale_of_zero_the_end_of_the_way_and_pure_noise_ask_nobody()
    {
        foreach (var (level, scale) in new[] { (new NoiseLevel(0.6, 0.8, 3), 0), (NoiseLevel.Clean, 1), (new NoiseLevel(0, 1, 999), 1.0) })
        {
            var x0 = new float[1];
            new ClassifierGuidance(new Fixed(), new Nobody(), scale).Denoise([0.5f], level, x0);
            x0.ShouldBe([0.25f]);
        }
    }

    [Fact]
    public void A_guided_walk_ends_on_the_wanted_hill()
    {
        var plan = Plans.Ddim(40);
        float[] x = [-1.2f, -0.3f, 0.4f, 1.5f];
        Plans.Run(new Samplers.Ddim(), new Hills(), plan, x).Select(value => Math.Sign(value)).ShouldBe([-1, -1, 1, 1]);
        var guided = Plans.Run(new Samplers.Ddim(), new ClassifierGuidance(new Hills(), new NoisyLikelihood(new Classifier(null, plan)), 1), plan, x);

        // As a walk on that hill alone ends.
        Golden.Error(guided, Plans.Run(new Samplers.Ddim(), new OneHill(), plan, x)).ShouldBeLessThan(1e-4);
    }

    [Theory]
    [InlineData("EulerDiscreteScheduler", "epsilon")]
    [InlineData("EulerDiscreteScheduler", "v_prediction")]
    [InlineData("DDIMScheduler", "epsilon")]
    [InlineData("DDIMScheduler", "v_prediction")]
    [InlineData("DDIMScheduler", "sample")]
    [InlineData("LCMScheduler", "epsilon")]
    public void A_loss_of_the_estimate_has_the_slope_that_it_has_through_the_network(string scheduler, string prediction)
    {
        var recipe = SchedulerConfig.Parse(
            $$"""{"_class_name":"{{scheduler}}","beta_start":0.00085,"beta_end":0.012,"beta_schedule":"scaled_linear","num_train_timesteps":1000,"prediction_type":"{{prediction}}","clip_sample":false}""").Build(new RecipeOptions());
        foreach (var step in recipe.Schedule.Plan(8).Steps.Take(7))
        {
            float[] x = [0.5f, -1.25f, 2];
            var denoiser = recipe.Denoiser(new Toy(Network));
            var (x0, gradient) = (new float[3], new float[3]);
            denoiser.Denoise(x, step.From, x0);
            new EstimateLikelihood(recipe.Denoiser, new Slope(), new Squares()).Gradient(x, step.From, x0, gradient);
            for (var i = 0; i < 3; i++)
            {
                var h = (float)step.From.Norm / 64;
                var slope = -(Loss(denoiser, x, i, h, step.From) - Loss(denoiser, x, i, -h, step.From)) / (2 * h);
                ((double)gradient[i]).ShouldBe(slope, 2e-3 * Math.Max(1, Math.Abs(slope)));
            }
        }
    }

    // A bound that cuts the estimate must not reach what it is measured with.
    [Fact]
    public void A_clipped_estimate_has_the_gradient_of_the_one_that_is_not()
    {
        var level = new NoiseLevel(0.01, 0.99995, 980);
        var (plain, clipped) = (new float[1], new float[1]);
        new EstimateLikelihood(p => new PredictionDenoiser(PredictionType.Epsilon, p), new Slope(), new Squares()).Gradient([1], level, [0.5f], plain);
        new EstimateLikelihood(p => new LimitedDenoiser(new PredictionDenoiser(PredictionType.Epsilon, p), new Clip(1)), new Slope(), new Squares()).Gradient([1], level, [0.5f], clipped);
        clipped.ShouldBe(plain);
        plain[0].ShouldNotBe(0);
    }

    private static float Network(float input, float timestep) => MathF.Sin(input) + (timestep / 1000);

    private static double Loss(IDenoiser denoiser, float[] x, int at, float by, NoiseLevel level)
    {
        float[] moved = [.. x], x0 = [0, 0, 0];
        moved[at] += by;
        denoiser.Denoise(moved, level, x0);
        return x0.Sum(value => (double)value * value / 2);
    }

    // The best estimate on a hill around a middle.
    private static double Hill(double x, NoiseLevel level, double middle) =>
        middle + (level.Alpha * Deviation * Deviation / Variance(level) * (x - (level.Alpha * middle)));

    private static double Variance(NoiseLevel level) => Math.Pow(level.Alpha * Deviation, 2) + (level.Sigma * level.Sigma);

    // p(upper hill | x), a logistic function of 2·α·middle·x/variance.
    private static double Upper(double x, NoiseLevel level) => 1 / (1 + Math.Exp(-2 * level.Alpha * Middle * x / Variance(level)));

    private sealed class Hills : IDenoiser
    {
        public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var upper = Upper(x[i], level);
                x0[i] = (float)((upper * Hill(x[i], level, Middle)) + ((1 - upper) * Hill(x[i], level, -Middle)));
            }
        }
    }

    private sealed class OneHill : IDenoiser
    {
        public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
        {
            for (var i = 0; i < x.Length; i++)
            {
                x0[i] = (float)Hill(x[i], level, Middle);
            }
        }
    }

    // Knows the level by its timestep, as a trained one does, and sees states of variance 1: x in the form of DDPM.
    private sealed class Classifier(NoiseLevel? only, SamplingPlan? plan = null) : INoisyClassifier
    {
        public void Gradient(ReadOnlySpan<float> input, float timestep, Span<float> gradient)
        {
            var at = only ?? plan!.Steps.First(step => step.From.Timestep == timestep).From;
            at.Timestep.ShouldBe(timestep);
            var level = new NoiseLevel(at.Alpha / at.Norm, at.Sigma / at.Norm, timestep);
            for (var i = 0; i < input.Length; i++)
            {
                gradient[i] = (float)((1 - Upper(input[i], level)) * 2 * level.Alpha * Middle / Variance(level));
            }
        }
    }

    private sealed class Fixed : IDenoiser
    {
        public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0) => x0.Fill(0.25f);
    }

    private sealed class Nobody : IStateLikelihood
    {
        public void Gradient(ReadOnlySpan<float> x, in NoiseLevel level, ReadOnlySpan<float> x0, Span<float> gradient) => throw new InvalidOperationException("Asked.");
    }

    private sealed class Squares : IEstimateLoss
    {
        public void Gradient(ReadOnlySpan<float> x0, Span<float> gradient) => x0.CopyTo(gradient);
    }

    private sealed class Slope : IPredictorGradient
    {
        public void Pull(ReadOnlySpan<float> input, float timestep, ReadOnlySpan<float> cotangent, Span<float> gradient)
        {
            for (var i = 0; i < input.Length; i++)
            {
                gradient[i] = MathF.Cos(input[i]) * cotangent[i];
            }
        }
    }
}
