using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class FlowMatchHeunDiscreteScheduler
{
    public static SchedulerClass Class { get; } = new(
        "FlowMatchHeunDiscreteScheduler",
        new Keys { { "num_train_timesteps", 1000 }, { "shift", 1.0 } },
        Build) { TakesCurves = true, Process = ProcessKind.Flow };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var shift = settings.Double("shift");
        var conventions = new FlowConventions
        {
            Even = (steps, length) => FlowMatching.Even(steps, FlowShift.Static(1.0 / length, shift)),
            Shift = sigma => FlowShift.Static(sigma, shift),
        };
        return new SamplingRecipe(
            new Heun(),
            new FlowSchedule(settings.Int("num_train_timesteps", 1), conventions, settings.CurveWithoutProcess(options)),
            SettingsReading.Denoiser(PredictionType.Flow));
    }
}
