using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class HeunDiscreteScheduler
{
    public static SchedulerClass Class { get; } = new(
        "HeunDiscreteScheduler",
        Keys.Process(0.00085, 0.012).Spaced("linspace").Curved().Clipped(false),
        Build) { TakesCurves = true };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var process = settings.Process();
        return new SamplingRecipe(
            new Heun(),
            new DiscreteSchedule(process, settings.KDiffusion(), settings.Curve(options, process)),
            SettingsReading.Denoiser(settings.Prediction(), settings.Limit(options)));
    }
}
