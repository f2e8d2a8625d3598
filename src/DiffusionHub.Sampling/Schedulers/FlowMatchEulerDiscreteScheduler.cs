using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class FlowMatchEulerDiscreteScheduler
{
    public static SchedulerClass Class { get; } = new(
        "FlowMatchEulerDiscreteScheduler",
        new Keys { { "num_train_timesteps", 1000 }, { "shift", 1.0 } }.Curved()
            .With("use_dynamic_shifting", false)
            .With("base_shift", 0.5)
            .With("max_shift", 1.15)
            .With("base_image_seq_len", 256)
            .With("max_image_seq_len", 4096)
            .With("invert_sigmas", false)
            .With("shift_terminal", null)
            .With("time_shift_type", "exponential")
            .With("stochastic_sampling", false),
        Build) { TakesCurves = true, Process = ProcessKind.Flow };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var inverted = settings.Bool("invert_sigmas");
        var shift = settings.FlowShift(options);
        var shiftsTwice = !settings.Bool("use_dynamic_shifting");
        var conventions = new FlowConventions
        {
            Even = (steps, length) => FlowMatching.Even(steps, shiftsTwice ? shift(1.0 / length) : 1.0 / length),
            Shift = shift,
            Terminal = settings.OptionalDouble("shift_terminal"),
            Inverted = inverted,
        };
        return new SamplingRecipe(
            settings.Bool("stochastic_sampling") ? new ConsistencySampler() : new Euler(),
            new FlowSchedule(settings.Int("num_train_timesteps", 1), conventions, settings.CurveWithoutProcess(options)),
            SettingsReading.Denoiser(inverted ? PredictionType.FlowToData : PredictionType.Flow));
    }
}
