using System.Text.Json;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

/// <summary>What no reference case covers, held against its source's formula written a second time, in float64 and another way.</summary>
public sealed class FormulaTests
{
    // GeoDiff (Xu et al. 2022): the logistic function, here as (1 + tanh(x/2))/2.
    [Fact]
    public void Sigmoid_betas_are_a_logistic_curve_between_their_ends()
    {
        var betas = BetaSchedule.Sigmoid(1e-4, 0.02, 1000);
        for (var i = 0; i < betas.Length; i++)
        {
            var x = -6 + (12.0 * i / 999);
            ((double)betas[i]).ShouldBe(1e-4 + ((0.02 - 1e-4) * (1 + Math.Tanh(x / 2)) / 2), 1e-8);
        }
    }

    // Nichol and Dhariwal (2021), equation 17, by the product of all 1 − β, which must be ᾱ itself where β is not capped.
    [Fact]
    public void Cosine_betas_multiply_up_to_the_squared_cosine()
    {
        var bars = BetaSchedule.Cumulative(BetaSchedule.SquaredCosine(1000));
        static double F(double t) => Math.Pow(Math.Cos((t + 0.008) / 1.008 * Math.PI / 2), 2);
        for (var i = 0; i < 999; i++)
        {
            ((double)bars[i]).ShouldBe(F((i + 1) / 1000.0) / F(0), 1e-6);
        }

        BetaSchedule.SquaredCosine(1000)[^1].ShouldBe(0.999f);
    }

    [Fact]
    public void Exponential_betas_all_shrink_the_picture_by_the_same_factor() =>
        BetaSchedule.Exponential(1000).ShouldAllBe(beta => Math.Abs(beta - (1 - Math.Exp(-0.012))) < 1e-7);

    // Hang et al. (2024) as diffusers reads it: at t = ½ the SNR is 1, and at ¼ and ¾ its logarithm is ±½·ln 2.
    [Fact]
    public void Laplace_betas_pass_through_the_quartiles()
    {
        var bars = BetaSchedule.Cumulative(BetaSchedule.Laplace(1000));
        static double Root(double logSnr) => Math.Sqrt(1 / (1 + Math.Exp(-logSnr)));
        var first = Root(-0.5 * Math.Log(1e-6));
        ((double)bars[499]).ShouldBe(Root(0) / first, 1e-4);
        ((double)bars[249]).ShouldBe(Root(0.5 * Math.Log(2)) / first, 1e-4);
        ((double)bars[749]).ShouldBe(Root(-0.5 * Math.Log(2)) / first, 1e-4);
    }

    // Lin et al. (2023), algorithm 1, on √ᾱ alone: the first stays, the last is 0, all others lie as before between them.
    [Fact]
    public void Rescaled_betas_end_without_a_picture()
    {
        var betas = BetaSchedule.ScaledLinear(0.00085, 0.012, 1000);
        var before = BetaSchedule.Cumulative(betas);
        BetaSchedule.RescaleToZeroSnr(betas);
        var after = BetaSchedule.Cumulative(betas);
        after[^1].ShouldBe(0);
        var (first, last) = (Math.Sqrt(before[0]), Math.Sqrt(before[^1]));
        for (var i = 0; i < 1000; i += 37)
        {
            Math.Sqrt(after[i]).ShouldBe(first * (Math.Sqrt(before[i]) - last) / (first - last), 1e-5);
        }
    }

    // Esser et al. (2024), equation 23: shifting by s multiplies the odds σ/(1 − σ) by s; by μ, by e^μ.
    [Theory]
    [InlineData(256, 0.5)]
    [InlineData(4096, 1.15)]
    [InlineData(1024, 0.63)]
    public void Dynamic_shift_multiplies_the_odds_of_noise(int tokens, double mu)
    {
        var config = SchedulerConfig.Of("FlowMatchEulerDiscreteScheduler", JsonElement.Parse("""{ "use_dynamic_shifting": true }"""));
        var plan = config.Build(new RecipeOptions { ImageTokens = tokens }).Schedule.Plan(10);
        for (var i = 1; i < 10; i++)
        {
            var even = 1 - (0.999 * i / 9);
            var shifted = plan.Steps[i].From.Sigma;
            (shifted / (1 - shifted)).ShouldBe(Math.Exp(mu) * even / (1 - even), 1e-5 * Math.Exp(mu) * even / (1 - even));
        }
    }

    [Fact]
    public void A_linear_shift_multiplies_the_odds_by_itself_and_a_stretch_ends_where_it_says()
    {
        FlowShift.Linear(0.5, 3).ShouldBe(0.75, 1e-12);
        double[] sigmas = [1, 0.6, 0.2];
        FlowShift.StretchTo(sigmas, 0.1);
        sigmas.ShouldBe([1, 0.55, 0.1], 1e-12);
    }

    // Zhao et al. (2023), UniPC-2 with B(h) = h: the predictor with ρ₁ = ½, and the corrector whose two ρ solve equation 5, here by
    // Cramer's rule; in float64, on a model without noise of its own.
    [Fact]
    public void Unipc_with_the_first_function_is_the_papers()
    {
        var plan = SchedulerConfig.Of("UniPCMultistepScheduler", JsonElement.Parse("""{ "beta_schedule": "scaled_linear", "final_sigmas_type": "sigma_min" }""")).Build().Schedule.Plan(12);
        float[] x = [0.9f, -1.7f, 0.2f];
        double[] expected = [.. x.Select(value => Bh1(plan, value))];
        new UniPc(2, UniPcFunction.Bh1).Sample(new Bend(), plan, new GeneratorNoise(), x, null, TestContext.Current.CancellationToken);
        for (var i = 0; i < x.Length; i++)
        {
            ((double)x[i]).ShouldBe(expected[i], 2e-5);
        }
    }

    private static double Bh1(SamplingPlan plan, double x)
    {
        double before = 0, m0 = 0, m1 = 0;
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            var (from, to) = plan.Steps[i];
            var estimate = Math.Tanh(x + from.Sigma);
            if (i > 0)
            {
                // The step before again, over h = λ' − λ with the estimate at its end.
                var start = plan.Steps[i - 1].From;
                var h = from.LogSnr - start.LogSnr;
                var phi1 = (Math.Exp(-h) - 1) / -h;
                var (b1, b2) = ((phi1 - 1) / -h, 2 * ((((phi1 - 1) / -h) - 0.5) / -h));
                var corrected = (from.Sigma / start.Sigma * before) - (from.Alpha * (Math.Exp(-h) - 1) * m0);
                if (i == 1)
                {
                    corrected -= from.Alpha * -h * 0.5 * (estimate - m0);
                }
                else
                {
                    var r = (plan.Steps[i - 2].From.LogSnr - start.LogSnr) / h;
                    var (rho1, rho2) = ((b1 - b2) / (1 - r), (b2 - (r * b1)) / (1 - r));
                    corrected -= from.Alpha * -h * ((rho1 * (m1 - m0) / r) + (rho2 * (estimate - m0)));
                }

                x = corrected;
            }

            (m1, m0, before) = (m0, estimate, x);
            var step = to.LogSnr - from.LogSnr;
            x = (to.Sigma / from.Sigma * x) - (to.Alpha * (Math.Exp(-step) - 1) * m0);
            if (i > 0 && i < plan.Steps.Count - 1)
            {
                var r = (plan.Steps[i - 1].From.LogSnr - from.LogSnr) / step;
                x -= to.Alpha * -step * 0.5 * (m1 - m0) / r;
            }
        }

        return x;
    }

    private sealed class Bend : IDenoiser
    {
        public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
        {
            for (var i = 0; i < x.Length; i++)
            {
                x0[i] = (float)Math.Tanh(x[i] + level.Sigma);
            }
        }
    }
}
