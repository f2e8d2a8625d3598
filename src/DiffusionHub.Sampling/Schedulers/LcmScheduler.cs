using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class LcmScheduler
{
    public static SchedulerClass Class { get; } = new("LCMScheduler", Keys.Consistency(), Build);

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var process = settings.Process();
        var estimate = SettingsReading.Denoiser(settings.Prediction(), settings.Limit(options));
        var scaling = settings.Double("timestep_scaling");
        return new SamplingRecipe(
            new ConsistencySampler(),
            new ConsistencySchedule(process, settings.Int("original_inference_steps", 1, process.Length), NoiseLevel.Clean),
            predictor => new ConsistencyFunction(estimate(predictor), scaling));
    }
}
