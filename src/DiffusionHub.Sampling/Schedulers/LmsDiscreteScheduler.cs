using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class LmsDiscreteScheduler
{
    public static SchedulerClass Class { get; } = new(
        "LMSDiscreteScheduler",
        Keys.Process().Spaced("linspace").Curved(),
        Build) { TakesCurves = true };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var process = settings.Process();
        return new SamplingRecipe(
            new Lms(),
            new DiscreteSchedule(process, settings.KDiffusion(), settings.Curve(options, process)),
            SettingsReading.Denoiser(settings.Prediction()));
    }
}
