using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class TcdScheduler
{
    private const double DefaultEta = 0.3;

    public static SchedulerClass Class { get; } = new("TCDScheduler", Keys.Consistency(), Build);

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var process = settings.Process();
        return new SamplingRecipe(
            new Tcd(options.Eta ?? DefaultEta),
            new ConsistencySchedule(process, settings.Int("original_inference_steps", 1, process.Length), process.At(0)),
            SettingsReading.Denoiser(settings.Prediction()));
    }
}
