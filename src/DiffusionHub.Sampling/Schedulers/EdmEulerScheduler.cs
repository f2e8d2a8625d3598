using DiffusionHub.Sampling.Samplers;

namespace DiffusionHub.Sampling.Schedulers;

internal static class EdmEulerScheduler
{
    public static SchedulerClass Class { get; } = new("EDMEulerScheduler", Keys.Edm(), Build) { TakesCurves = true, Process = ProcessKind.Edm };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options) => new(
        new Euler(),
        settings.EdmSchedule(options),
        settings.EdmDenoiser());
}
