using DiffusionHub.Sampling.Curves;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

/// <summary>Every curve against published numbers or its formula in another form.</summary>
public sealed class CurveTests
{
    private const double Lowest = 0.03;
    private const double Highest = 14.6;

    // Stable Diffusion's.
    private static readonly TrainingProcess Process = new(BetaSchedule.ScaledLinear(0.00085, 0.012, 1000));

    public static TheoryData<string, int> NamesAndCounts
    {
        get
        {
            var rows = new TheoryData<string, int>();
            foreach (var known in KnownCurves.All.Where(c => c.Create(Process) is not null))
            {
                foreach (var count in (int[])[1, 2, 3, 10, 20, 1000])
                {
                    rows.Add(known.Name, count);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndCounts))]
    public void Levels_fall_within_the_range(string name, int count)
    {
        var sigmas = KnownCurves.Named(name).Create(Process)!.Sigmas(count, Process.Sigmas[^1], Process.Sigmas[0]);
        sigmas.Length.ShouldBe(count);
        sigmas[0].ShouldBe(Process.Sigmas[^1], 1e-3);
        sigmas.Zip(sigmas.Skip(1)).ShouldAllBe(pair => pair.Second < pair.First);
        // The table of Align your steps is rounded to three decimals: 0.029 for 0.02917.
        sigmas[^1].ShouldBeGreaterThan(Process.Sigmas[0] - 2e-4);
    }

    [Theory]
    [InlineData("Karras")]
    [InlineData("Exponential")]
    [InlineData("Polyexponential")]
    [InlineData("Beta")]
    [InlineData("VP")]
    public void A_curve_takes_both_ends(string name)
    {
        var curve = KnownCurves.Named(name).Create(Process)!;
        foreach (var count in (int[])[2, 3, 50])
        {
            var sigmas = curve.Sigmas(count, Highest, Lowest);
            sigmas[0].ShouldBe(Highest, 1e-9);
            sigmas[^1].ShouldBe(Lowest, 1e-9);
        }
    }

    // The plan, with the schedulers' own ends and rounding around the curve.
    [Theory]
    [MemberData(nameof(NamesAndCounts))]
    public void A_plan_falls_along_the_curve(string name, int count)
    {
        foreach (var className in (string[])["EulerDiscreteScheduler", "DPMSolverMultistepScheduler", "HeunDiscreteScheduler"])
        {
            var recipe = SchedulerConfig
                .Parse($$"""{ "_class_name": "{{className}}", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear" }""")
                .Build(new RecipeOptions { Curve = name });
            var plan = recipe.Schedule.Plan(count);
            plan.Steps.Count.ShouldBe(count);
            plan.Steps.ShouldAllBe(step => step.To.LogSnr > step.From.LogSnr && step.From.Timestep >= 0 && step.From.Timestep <= 999);
            double.IsFinite(plan.InitialScale).ShouldBeTrue();
        }
    }

    [Fact]
    public void An_unknown_curve_is_refused_with_the_list() =>
        Should.Throw<SchedulerConfigException>(() => KnownCurves.Named("Wavy")).Message.ShouldContain("Align your steps XL, Simple, SGM uniform");

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void Polyexponential_is_a_geometric_mean_with_curved_weights(double rho)
    {
        var sigmas = new PolyexponentialCurve(rho).Sigmas(9, Highest, Lowest);
        for (var i = 0; i < 9; i++)
        {
            sigmas[i].ShouldBe(Lowest * Math.Pow(Highest / Lowest, Math.Pow((8 - i) / 8.0, rho)), 1e-12 * Highest);
        }
    }

    // k-diffusion's get_sigmas_polyexponential(5, 0.03, 14.6, rho=2) in float64.
    [Fact]
    public void Polyexponential_is_that_of_k_diffusion() =>
        ShouldBeNear(new PolyexponentialCurve(2).Sigmas(5, Highest, Lowest), [14.6, 0.9742917617195269, 0.1409058924578002, 0.04416449102746241, 0.03]);

    [Fact]
    public void Polyexponential_of_power_one_is_exponential() =>
        ShouldBeNear(new PolyexponentialCurve().Sigmas(20, Highest, Lowest), new ExponentialCurve().Sigmas(20, Highest, Lowest));

    // k-diffusion's get_sigmas_vp(5) in float64, with its own range.
    [Fact]
    public void Vp_is_that_of_k_diffusion()
    {
        var curve = new VpCurve();
        ShouldBeNear(
            curve.Sigmas(5, curve.SigmaAt(1), curve.SigmaAt(1e-3)),
            [152.1669702839464, 17.04912255896805, 3.422244762572157, 0.9575264822375213, 0.010485992786706403]);
    }

    // Song et al. 2021, equation 33: x(t) has mean factor exp(−¼·t²·(β_max − β_min) − ½·t·β_min) and variance 1 minus its square.
    [Theory]
    [InlineData(19.9, 0.1)]
    [InlineData(8, 0.5)]
    public void Vp_has_even_times_in_the_papers_kernel(double betaD, double betaMin)
    {
        var sigmas = new VpCurve(betaD, betaMin).Sigmas(11, Kernel(0.9), Kernel(0.1));
        for (var i = 0; i <= 10; i++)
        {
            sigmas[i].ShouldBe(Kernel(0.9 - (0.08 * i)), 1e-10 * sigmas[0]);
        }

        double Kernel(double t)
        {
            var alpha = Math.Exp((-0.25 * t * t * betaD) - (0.5 * t * betaMin));
            return Math.Sqrt(1 - (alpha * alpha)) / alpha;
        }
    }

    // The tables of https://research.nvidia.com/labs/toronto-ai/AlignYourSteps/howto.html.
    [Fact]
    public void Align_your_steps_has_the_published_tables()
    {
        ShouldBeNear(
            KnownCurves.Named("Align your steps").Create(Process)!.Sigmas(10, 1, 0),
            [14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152]);
        ShouldBeNear(
            KnownCurves.Named("Align your steps XL").Create(Process)!.Sigmas(10, 1, 0),
            [14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113]);
        ShouldBeNear(
            AlignYourStepsCurve.StableVideoDiffusion.Sigmas(10, 1, 0),
            [700.00, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034]);
    }

    // Interpolation of logarithms, told as geometric means: twice the steps put √(a·b) between a and b, half the steps take every other.
    [Fact]
    public void Align_your_steps_puts_geometric_means_between()
    {
        double[] table = [14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029];
        var curve = AlignYourStepsCurve.StableDiffusion;
        ShouldBeNear(curve.Sigmas(20, 1, 0), [.. Enumerable.Range(0, 20).Select(i => Math.Sqrt(table[i / 2] * table[(i + 1) / 2]))]);
        ShouldBeNear(curve.Sigmas(5, 1, 0), [14.615, 3.861, 1.886, 0.963, 0.399]);
        ShouldBeNear(curve.Sigmas(30, 1, 0)[1..3], [Math.Cbrt(14.615 * 14.615 * 6.475), Math.Cbrt(14.615 * 6.475 * 6.475)]);
    }

    // At 4 steps these are the timesteps 999, 749, 499 and 249 of SD-Turbo, whose levels its authors publish.
    [Fact]
    public void Simple_takes_every_quarter_of_the_table() =>
        ShouldBeNear(new SimpleCurve(Process).Sigmas(4, 1, 0), [14.6146, 4.0817, 1.6129, 0.6932], 1e-4);

    [Fact]
    public void Simple_rounds_towards_the_higher_level()
    {
        // 1000·i/7 above the end of the table: 0, 142.9, 285.7, 428.6, 571.4, 714.3, 857.1.
        int[] timesteps = [999, 857, 714, 571, 428, 285, 142];
        new SimpleCurve(Process).Sigmas(7, 1, 0).ShouldBe(timesteps.Select(t => (double)Process.Sigmas[t]));
        new SimpleCurve(Process).Sigmas(1000, 1, 0).ShouldBe(Process.Sigmas.ToArray().Reverse().Select(s => (double)s));
    }

    // numpy.exp(numpy.interp(linspace(999, 0, 5)[:-1], arange(1000), log σ)) of a float64 process.
    [Fact]
    public void Sgm_uniform_interpolates_logarithms() =>
        ShouldBeNear(new SgmUniformCurve(Process).Sigmas(4, 1, 0), [14.614641229333637, 4.086081071209322, 1.6155802601603273, 0.695149519078429], 2e-5);

    // At a quarter between two timesteps: σ₁^¾·σ₂^¼. Three steps fall on whole timesteps.
    [Fact]
    public void Sgm_uniform_is_a_weighted_geometric_mean()
    {
        var sigmas = new SgmUniformCurve(Process).Sigmas(4, 1, 0);
        sigmas[1].ShouldBe(Math.Pow(Process.Sigmas[749], 0.75) * Math.Pow(Process.Sigmas[750], 0.25), 1e-12);
        sigmas[2].ShouldBe(Math.Sqrt((double)Process.Sigmas[499] * Process.Sigmas[500]), 1e-12);
        ShouldBeNear(new SgmUniformCurve(Process).Sigmas(3, 1, 0), [Process.Sigmas[999], Process.Sigmas[666], Process.Sigmas[333]]);
    }

    // scipy.stats.beta.ppf's numbers (scipy in float64), by way of the curve from 1 down to 0 in even steps.
    [Theory]
    [InlineData(0.6, 0.6, 0.001, 1.855873851745199e-05)]
    [InlineData(0.6, 0.6, 0.05, 0.012554456873611399)]
    [InlineData(0.6, 0.6, 0.25, 0.17568037865269498)]
    [InlineData(0.6, 0.6, 0.5, 0.5)]
    [InlineData(0.6, 0.6, 0.73, 0.8015855257954435)]
    [InlineData(0.6, 0.6, 0.999, 0.9999814412614826)]
    [InlineData(0.5, 0.5, 0.25, 0.14644660940672624)]
    [InlineData(0.5, 0.5, 0.73, 0.8306559326618258)]
    [InlineData(2, 3, 0.001, 0.013022947370814273)]
    [InlineData(2, 3, 0.05, 0.09761146288641434)]
    [InlineData(2, 3, 0.73, 0.5292188790175196)]
    [InlineData(2, 3, 0.999, 0.9359618608971666)]
    [InlineData(0.6, 1.4, 0.001, 6.790869510836491e-06)]
    [InlineData(0.6, 1.4, 0.5, 0.2272426067290407)]
    [InlineData(0.6, 1.4, 0.999, 0.9888534390815948)]
    public void Beta_quantiles_are_those_of_scipy(double a, double b, double share, double expected)
    {
        var parts = share is 0.001 or 0.999 ? 1000 : 100;
        new BetaCurve(a, b).Sigmas(parts + 1, 1, 0)[parts - (int)Math.Round(share * parts)].ShouldBe(expected, 1e-12);
    }

    private static void ShouldBeNear(IReadOnlyList<double> actual, IReadOnlyList<double> expected, double tolerance = 1e-12)
    {
        actual.Count.ShouldBe(expected.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            actual[i].ShouldBe(expected[i], tolerance * expected[i], $"level {i}");
        }
    }
}
