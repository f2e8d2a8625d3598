using System.Text.Json;
using DiffusionHub.Sampling.Curves;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

public sealed class SchedulerConfigTests
{
    private const string Ddim = """
        {
          "_class_name": "DDIMScheduler", "_diffusers_version": "0.42.1", "num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012,
          "beta_schedule": "scaled_linear", "trained_betas": null, "prediction_type": "v_prediction", "timestep_spacing": "trailing",
          "rescale_betas_zero_snr": true, "clip_sample": false, "solver_order": 3
        }
        """;

    [Fact]
    public void A_file_gives_its_class()
    {
        var recipe = SchedulerConfig.Parse(Ddim).Build();
        recipe.Sampler.ShouldBeOfType<Ddim>();
        recipe.Schedule.Plan(4).Steps.Select(s => s.From.Timestep).ShouldBe([999f, 749, 499, 249]);
        recipe.Schedule.Plan(4).Steps[0].From.Alpha.ShouldBe(0);
    }

    [Fact]
    public void Another_class_keeps_what_it_knows_even_what_the_old_class_did_not()
    {
        // DPM++ knows rescale_betas_zero_snr (4096) and solver_order, which DDIM does not; spacing and prediction stay too.
        var config = SchedulerConfig.Parse(Ddim).With(KnownSchedulers.Named("DPMSolverMultistepScheduler"), Set("{}"));
        var plan = config.Build().Schedule.Plan(20);
        (plan.Steps[0].From.Sigma / plan.Steps[0].From.Alpha).ShouldBe(4096, 1e-3);
        plan.Steps[1].From.Timestep.ShouldBe(949);

        // Heun does not know it and takes its own process.
        var heun = SchedulerConfig.Parse(Ddim).With(KnownSchedulers.Named("HeunDiscreteScheduler"), Set("{}")).Build().Schedule.Plan(20);
        heun.Steps[0].From.Sigma.ShouldBe(14.6146, 1e-3);
    }

    // The middle one is ((14.6146^⅐ + 0.02917^⅐)/2)⁷.
    [Fact]
    public void What_is_set_wins() =>
        SchedulerConfig.Parse(Ddim)
            .With(KnownSchedulers.Named("DPMSolverMultistepScheduler"), Set("""{ "rescale_betas_zero_snr": false, "use_karras_sigmas": true }"""))
            .Build().Schedule.Plan(3).Steps.Select(s => Math.Round(s.From.Sigma / s.From.Alpha, 3)).ShouldBe([14.615, 1.274, 0.029]);

    [Theory]
    [InlineData("Karras", "use_karras_sigmas")]
    [InlineData("exponential", "use_exponential_sigmas")]
    [InlineData("Beta", "use_beta_sigmas")]
    public void A_schedule_by_name_is_the_key_of_diffusers(string name, string key)
    {
        var chosen = KnownSchedulers.Named("UniPCMultistepScheduler");
        var byName = SchedulerConfig.Parse(Ddim).With(chosen, Set("""{ "use_karras_sigmas": true }""")).Build(new RecipeOptions { Curve = name });
        var byKey = SchedulerConfig.Parse(Ddim).With(chosen, Set($$"""{ "{{key}}": true }""")).Build();
        byName.Schedule.Plan(7).Steps.ShouldBe(byKey.Schedule.Plan(7).Steps);
    }

    [Fact]
    public void Normal_takes_a_files_schedule_away()
    {
        var config = SchedulerConfig.Parse(Ddim).With(KnownSchedulers.Named("EulerDiscreteScheduler"), Set("""{ "use_karras_sigmas": true }"""));
        var plain = SchedulerConfig.Parse(Ddim).With(KnownSchedulers.Named("EulerDiscreteScheduler"), Set("{}"));
        config.Build(new RecipeOptions { Curve = "Normal" }).Schedule.Plan(7).Steps.ShouldBe(plain.Build().Schedule.Plan(7).Steps);
        config.Build().Schedule.Plan(7).Steps.ShouldNotBe(plain.Build().Schedule.Plan(7).Steps);
    }

    [Fact]
    public void Pythons_infinity_means_the_default() =>
        SchedulerConfig.Parse("""{ "_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity, "beta_schedule": "scaled_linear" }""")
            .Build().Schedule.Plan(5).Steps.Count.ShouldBe(5);

    [Fact]
    public void Log_snr_below_a_limit_is_left_out()
    {
        var plan = SchedulerConfig.Parse("""{ "_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -5.1, "beta_schedule": "squaredcos_cap_v2" }""").Build().Schedule.Plan(10);
        plan.Steps[0].From.LogSnr.ShouldBeGreaterThan(-5.1);
        plan.Steps[0].From.Timestep.ShouldBeLessThan(999);
    }

    [Theory]
    [InlineData("{}", "_class_name")]
    [InlineData("[]", "_class_name")]
    [InlineData("{", "not JSON")]
    [InlineData("""{ "_class_name": "DreamScheduler" }""", "DreamScheduler. Known: DDIMScheduler, DDPMScheduler,")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "beta_schedule": "cubic" }""", "beta_schedule \"cubic\" is not known to DDIMScheduler. Known: linear, scaled_linear, squaredcos_cap_v2")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "timestep_spacing": "random" }""", "leading, trailing, linspace")]
    [InlineData("""{ "_class_name": "KDPM2DiscreteScheduler", "prediction_type": "sample" }""", "epsilon, v_prediction")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "clip_sample": 1 }""", "clip_sample is 1, but must be true or false")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "steps_offset": 1.5 }""", "steps_offset is 1.5, but must be a whole number")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "num_train_timesteps": 0 }""", "num_train_timesteps is 0, but must be 1 to")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "beta_start": "low" }""", "beta_start is \"low\", but must be a number")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "trained_betas": "many" }""", "trained_betas is \"many\", but must be a list of numbers")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "beta_start": -1 }""", "beta_start and beta_end: every β must be from 0 to below 1")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "trained_betas": [] }""", "trained_betas: every β must be from 0 to below 1")]
    [InlineData("""{ "_class_name": "DDPMScheduler", "variance_type": "learned" }""", "variance_type \"learned\"")]
    [InlineData("""{ "_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "dpmsolver" }""", "final_sigmas_type \"zero\" does not go with algorithm_type \"dpmsolver\"")]
    [InlineData("""{ "_class_name": "DPMSolverMultistepScheduler", "solver_order": 4 }""", "solver_order is 4, but must be 1 to 3")]
    [InlineData("""{ "_class_name": "EulerDiscreteScheduler", "use_karras_sigmas": true, "use_beta_sigmas": true }""", "Only one of use_karras_sigmas, use_beta_sigmas")]
    [InlineData("""{ "_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": true }""", "use_dynamic_shifting needs the picture's size")]
    public void What_is_wrong_is_named_with_its_limits(string json, string part) =>
        Should.Throw<SchedulerConfigException>(() => SchedulerConfig.Parse(json).Build()).Message.ShouldContain(part);

    [Fact]
    public void A_set_key_that_the_class_does_not_know_is_refused_with_those_it_does() =>
        Should.Throw<SchedulerConfigException>(() => SchedulerConfig.Parse(Ddim).With(KnownSchedulers.Named("DDIMScheduler"), Set("""{ "solver_order": 2 }""")))
            .Message.ShouldContain("DDIMScheduler has no solver_order. It has: beta_end, beta_schedule,");

    [Fact]
    public void A_schedule_for_a_class_with_its_own_is_refused() =>
        Should.Throw<SchedulerConfigException>(() => SchedulerConfig.Parse(Ddim).Build(new RecipeOptions { Curve = "Karras" })).Message.ShouldContain("DDIMScheduler");

    [Fact]
    public void A_schedule_made_of_training_timesteps_needs_some() =>
        Should.Throw<SchedulerConfigException>(() => SchedulerConfig.Parse("""{ "_class_name": "EDMEulerScheduler" }""").Build(new RecipeOptions { Curve = "Simple" }))
            .Message.ShouldContain("Simple");

    [Theory]
    [InlineData("DPM++ 2M Karras", "DPM++ 2M", "Karras")]
    [InlineData("euler a", "Euler a", null)]
    [InlineData("DPM++ 2M SDE Heun Exponential", "DPM++ 2M SDE Heun", "Exponential")]
    [InlineData("Euler SGM Uniform", "Euler", "SGM uniform")]
    [InlineData("UniPC Align your steps XL", "UniPC", "Align your steps XL")]
    public void Names_for_people_name_sampler_and_schedule(string name, string sampler, string? curve)
    {
        var found = KnownSamplers.Find(name);
        (found.Sampler.Name, found.Curve).ShouldBe((sampler, curve));
    }

    [Theory]
    [InlineData("""{ "_class_name": "PNDMScheduler", "skip_prk_steps": true }""", "PLMS")]
    [InlineData("""{ "_class_name": "PNDMScheduler" }""", "PNDM")]
    [InlineData("""{ "_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "sde-dpmsolver++" }""", "DPM++ 2M SDE")]
    [InlineData("""{ "_class_name": "DPMSolverMultistepScheduler", "solver_order": 3 }""", "DPM++ 3M")]
    [InlineData("""{ "_class_name": "DPMSolverMultistepScheduler", "solver_order": 1 }""", null)]
    [InlineData(Ddim, "DDIM")]
    public void A_file_means_a_sampler_that_people_know(string json, string? name) =>
        (KnownSamplers.Of(SchedulerConfig.Parse(json))?.Name).ShouldBe(name);

    [Theory]
    [InlineData("DDIM Karras")]
    [InlineData("Dream")]
    [InlineData("")]
    public void Names_that_mean_nothing_are_refused_with_those_that_do(string name) =>
        Should.Throw<SchedulerConfigException>(() => KnownSamplers.Find(name)).Message.ShouldContain("DPM++ 2M SDE");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public void Steps_out_of_their_limits_are_refused(int steps)
    {
        foreach (var known in KnownSamplers.For(KnownSchedulers.Named("DDIMScheduler")))
        {
            var schedule = SchedulerConfig.Parse(Ddim).With(known.Class, known.Set).Build().Schedule;
            Should.Throw<ArgumentOutOfRangeException>(() => schedule.Plan(steps), known.Name).Message.ShouldContain("There can be");
        }
    }

    [Fact]
    public void Leaving_out_every_step_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => SchedulerConfig.Parse(Ddim).Build().Schedule.Plan(4, 4)).Message.ShouldContain("0 to 3 can be left out");

    [Fact]
    public void Every_name_for_people_builds_and_plans()
    {
        foreach (var known in KnownSamplers.All)
        {
            var config = SchedulerConfig.Of("DDIMScheduler", JsonElement.Parse("{}")).With(known.Class, known.Set);
            config.Build().Schedule.Plan(8).Steps.Count.ShouldBeGreaterThanOrEqualTo(8, known.Name);
            foreach (var curve in KnownCurves.All.Where(c => known.TakesCurves && (!c.NeedsProcess || known.Class.Process == ProcessKind.Discrete)))
            {
                config.Build(new RecipeOptions { Curve = curve.Name }).Schedule.Plan(8).Steps.Count.ShouldBe(8, $"{known.Name} {curve.Name}");
            }
        }
    }

    // With one point more than steps, the solvers' timesteps meet where there are as many steps as timesteps.
    [Fact]
    public void As_many_steps_as_timesteps_give_numbers()
    {
        foreach (var known in KnownSamplers.For(KnownSchedulers.Named("DDIMScheduler")))
        {
            var recipe = SchedulerConfig.Of("DDIMScheduler", JsonElement.Parse("""{ "num_train_timesteps": 50 }""")).With(known.Class, known.Set).Build();
            var plan = recipe.Schedule.Plan(Math.Min(50, recipe.Schedule.MostSteps));
            float[] x = [0.3f, -1.2f];
            recipe.Sampler.Sample(new PredictionDenoiser(PredictionType.Sample, new Tenth()), plan, new GeneratorNoise(new TorchCpuNoise(1)), x, null, TestContext.Current.CancellationToken);
            x.ShouldAllBe(value => float.IsFinite(value), known.Name);
        }
    }

    private sealed class Tenth : IPredictor
    {
        public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
        {
            for (var i = 0; i < input.Length; i++)
            {
                output[i] = 0.1f * input[i];
            }
        }
    }

    [Fact]
    public void A_later_start_is_the_rest_of_the_plan()
    {
        foreach (var known in KnownSamplers.For(KnownSchedulers.Named("DDIMScheduler")).Where(s => s.Class.Name != "PNDMScheduler"))
        {
            var schedule = SchedulerConfig.Parse(Ddim).With(known.Class, known.Set).Build().Schedule;
            schedule.Plan(10, 4).Steps.ShouldBe(schedule.Plan(10).Steps.Skip(4), known.Name);
        }
    }

    [Fact]
    public void Plms_starts_later_in_its_list_of_calls_as_in_diffusers()
    {
        // The calls of 5 steps are 801, 601, 601, 401, 201, 1; image-to-image leaves the first out and begins with an Euler step from 601.
        var schedule = new PndmSchedule(new TrainingProcess(BetaSchedule.ScaledLinear(0.00085, 0.012, 1000)), TimestepSpacing.Leading, 1, false, rungeKutta: false);
        schedule.Plan(5).Steps.Select(s => (s.Ask ?? s.From).Timestep).ShouldBe([801f, 601, 601, 401, 201, 1]);
        schedule.Plan(5, 2).Steps.Select(s => (s.Ask ?? s.From).Timestep).ShouldBe([601f, 401, 201, 1]);
        schedule.Plan(5, 2).Steps.Select(s => s.To.Timestep).ShouldBe([401f, 401, 1, 0]);
    }

    [Fact]
    public void Pndm_starts_later_with_its_runge_kutta_steps()
    {
        var schedule = new PndmSchedule(new TrainingProcess(BetaSchedule.ScaledLinear(0.00085, 0.012, 1000)), TimestepSpacing.Leading, 0, false, rungeKutta: true);
        var later = schedule.Plan(10, 4).Steps;
        later.Count.ShouldBe((3 * 4) + 3);
        later.Take(4).ShouldAllBe(s => s.From.Timestep == 500 && s.Ask != null);
        later[12].ShouldBe(new SamplingStep(later[11].To, later[13].From));
    }

    private static Dictionary<string, JsonElement> Set(string json) =>
        JsonElement.Parse(json).EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
}
