using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Inversion;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

public sealed class InversionTests
{
    private static readonly double[] Start = [0.3, -1.2, 2, 0.05, -0.4];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(50)]
    public void What_was_inverted_comes_back(int steps)
    {
        var edict = new Edict(Plan(steps).Steps, 0.93);
        var pair = LatentPair.Twice(Start);
        edict.Invert(pair, new Curved());
        pair.First.Zip(Start, (a, b) => Math.Abs(a - b)).Max().ShouldBeGreaterThan(1e-2);
        edict.Generate(pair, new Curved());
        pair.First.ShouldBe(Start, 1e-10);
        pair.Second.ShouldBe(Start, 1e-10);
    }

    // Both by the formulas of the paper, for two steps, whose orders differ.
    [Fact]
    public void The_order_alternates_and_mixing_follows_each_step()
    {
        var plan = Plan(2);
        var pair = new LatentPair([0.7], [-0.2]);
        new Edict(plan.Steps, 0.8).Generate(pair, new Curved());

        double x = 0.7, y = -0.2;
        x = Step(plan.Steps[0], x, y);
        y = Step(plan.Steps[0], y, x);
        (x, y) = Mixed(x, y);
        y = Step(plan.Steps[1], y, x);
        x = Step(plan.Steps[1], x, y);
        (x, y) = Mixed(x, y);
        (pair.First[0], pair.Second[0]).ShouldBe((x, y));

        static double Step(SamplingStep step, double state, double other)
        {
            var a = step.To.Alpha / step.From.Alpha;
            return (a * state) + ((step.To.Sigma - (a * step.From.Sigma)) * Curved.At(other, step.From));
        }

        static (double, double) Mixed(double first, double second)
        {
            var mixed = (0.8 * first) + ((1 - 0.8) * second);
            return (mixed, ((1 - 0.8) * mixed) + (0.8 * second));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void A_slope_is_carried_back_as_central_differences_say(int steps)
    {
        var edict = new Edict(Plan(steps).Steps, 0.93);
        var begin = new LatentPair([.. Start], [.. Start.Select(value => 0.5 - value)]);
        var end = begin.Copy();
        edict.Generate(end, new Curved());
        // Loss: Σ sin(x) + 2·Σ cos(y).
        var slope = new LatentPair([.. end.First.Select(Math.Cos)], [.. end.Second.Select(value => -2 * Math.Sin(value))]);
        edict.Pull(end, slope, new Curved());
        end.First.ShouldBe(begin.First, 1e-10);
        for (var which = 0; which < 2; which++)
        {
            for (var i = 0; i < Start.Length; i++)
            {
                const double Small = 1e-5;
                slope[which][i].ShouldBe((Loss(which, i, Small) - Loss(which, i, -Small)) / (2 * Small), 1e-6);
            }
        }

        double Loss(int which, int at, double change)
        {
            var pair = begin.Copy();
            pair[which][at] += change;
            edict.Generate(pair, new Curved());
            return pair.First.Sum(Math.Sin) + (2 * pair.Second.Sum(Math.Cos));
        }
    }

    [Fact]
    public void A_walk_is_told_step_by_step_and_stops_between()
    {
        var edict = new Edict(Plan(5).Steps, 0.93);
        List<(int, int)> told = [];
        using var stop = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => edict.Invert(
            LatentPair.Twice(Start),
            new Curved(),
            (step, steps, _, clean) =>
            {
                told.Add((step, steps));
                clean.Length.ShouldBe(Start.Length);
                if (step == 3)
                {
                    stop.Cancel();
                }
            },
            stop.Token));
        told.ShouldBe([(1, 5), (2, 5), (3, 5)]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_mix_that_cannot_be_undone_is_refused(double mix) => Should.Throw<ArgumentOutOfRangeException>(() => new Edict([], mix));

    [Fact]
    public void An_answer_that_is_no_number_ends_the_walk() =>
        Should.Throw<ModelOutputException>(() => new Edict(Plan(4).Steps, 0.93).Generate(LatentPair.Twice(Start), new Curved { Broken = true })).Step.ShouldBe(1);

    [Theory]
    [InlineData(PredictionType.Epsilon)]
    [InlineData(PredictionType.Velocity)]
    [InlineData(PredictionType.Sample)]
    public void Every_prediction_tells_the_noise(PredictionType type)
    {
        var level = new NoiseLevel(0.6, 0.8, 500);
        const double Picture = 0.3, Noise = -1.7;
        var prediction = type switch
        {
            PredictionType.Epsilon => Noise,
            PredictionType.Velocity => (0.6 * Noise) - (0.8 * Picture),
            _ => Picture,
        };
        var (ofState, ofPrediction) = NoiseFactors.Of(type, level);
        ((ofState * ((0.6 * Picture) + (0.8 * Noise))) + (ofPrediction * prediction)).ShouldBe(Noise, 1e-12);
    }

    [Fact]
    public void The_levels_are_those_of_the_paper_whatever_the_models_scheduler_does()
    {
        var plan = Schedule("""{ "_class_name": "EulerDiscreteScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "steps_offset": 1, "timestep_spacing": "trailing" }""").Levels.Plan(50);
        plan.Steps.Select(step => step.From.Timestep).ShouldBe(Enumerable.Range(0, 50).Select(i => 980f - (20 * i)));
        (plan.Steps[^1].From, plan.Steps[^1].To).ShouldSatisfyAllConditions(s => s.From.Timestep.ShouldBe(0), s => s.To.Alpha.ShouldBe(s.From.Alpha));
        Math.Pow(plan.Steps[^1].To.Alpha, 2).ShouldBe(1 - 0.00085, 1e-7);
    }

    [Fact]
    public void A_descent_keeps_the_length_and_bounds_its_steps()
    {
        double[] latents = [3, 4];
        var descent = new LatentDescent(latents) { Perturbation = 0 };
        descent.Step([-10, 0], [-30, 0], new float[2]);
        // Bounded to 1e-3, then scaled back.
        var scale = 5 / Math.Sqrt((3.001 * 3.001) + 16);
        latents.ShouldBe([3.001 * scale, 4 * scale], 1e-12);
        var before = latents.ToArray();
        descent.Step([0, 0], [0, 0], new float[2]);
        (latents[0] / latents[1]).ShouldBe((before[0] + 0.0009) / before[1], 1e-12);
        Math.Sqrt((latents[0] * latents[0]) + (latents[1] * latents[1])).ShouldBe(5, 1e-12);
    }

    [Fact]
    public void A_descent_goes_half_the_mean_slope_down()
    {
        double[] latents = [3, 4];
        new LatentDescent(latents) { Bound = 100, Perturbation = 1e-2 }.Step([0.1, 0], [0.3, 0], [0, 2]);
        (latents[0] / latents[1]).ShouldBe((3 - 0.1) / 4.02, 1e-12);
    }

    private static SamplingPlan Plan(int steps) =>
        Schedule("""{ "_class_name": "DDIMScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012 }""").Levels.Plan(steps);

    private static InversionSchedule Schedule(string json) => new(SchedulerConfig.Parse(json));

    // A network whose answer at one place depends on one other place too.
    private sealed class Curved : INoiseEstimator, INoiseSlope
    {
        public bool Broken { get; init; }

        public static double At(double x, in NoiseLevel level) => (0.8 * Math.Sin((1.3 * x) + (0.001 * level.Timestep))) + (0.1 * x);

        public void Estimate(ReadOnlySpan<double> x, in NoiseLevel level, Span<double> noise)
        {
            for (var i = 0; i < x.Length; i++)
            {
                noise[i] = Broken ? double.NaN : At(x[i], level) + (i == 0 ? 0 : 0.2 * x[i] * x[i - 1] * Math.Exp(-x[i - 1] * x[i - 1]));
            }
        }

        public void Estimate(ReadOnlySpan<double> x, in NoiseLevel level, ReadOnlySpan<double> cotangent, Span<double> noise, Span<double> slope)
        {
            Estimate(x, level, noise);
            slope.Clear();
            for (var i = 0; i < x.Length; i++)
            {
                slope[i] += cotangent[i] * ((0.8 * 1.3 * Math.Cos((1.3 * x[i]) + (0.001 * level.Timestep))) + 0.1);
                if (i > 0)
                {
                    var bell = Math.Exp(-x[i - 1] * x[i - 1]);
                    slope[i] += cotangent[i] * 0.2 * x[i - 1] * bell;
                    slope[i - 1] += cotangent[i] * 0.2 * x[i] * bell * (1 - (2 * x[i - 1] * x[i - 1]));
                }
            }
        }
    }
}
