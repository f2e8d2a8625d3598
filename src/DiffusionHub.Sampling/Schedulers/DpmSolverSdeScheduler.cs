using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class DpmSolverSdeScheduler
{
    public static SchedulerClass Class { get; } = new(
        "DPMSolverSDEScheduler",
        Keys.Process(0.00085, 0.012).Spaced("linspace").Curved().With("noise_sampler_seed", null),
        Build) { TakesCurves = true };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var process = settings.Process();
        return new SamplingRecipe(
            new DpmPlusPlusSde(),
            new DiscreteSchedule(process, settings.KDiffusion(), settings.Curve(options, process)),
            SettingsReading.Denoiser(settings.Prediction("epsilon", "v_prediction")))
        {
            StepNoise = (seed, pictures) => SettingsReading.Brownian(process)((long?)settings.OptionalDouble("noise_sampler_seed") ?? seed, pictures),
        };
    }
}
