using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class PndmScheduler
{
    public static SchedulerClass Class { get; } = new(
        "PNDMScheduler",
        Keys.Process().Spaced("leading").With("skip_prk_steps", false).With("set_alpha_to_one", false),
        Build);

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var prediction = settings.Prediction("epsilon", "v_prediction");
        var rungeKutta = !settings.Bool("skip_prk_steps");
        return new SamplingRecipe(
            rungeKutta ? new Pndm(prediction) : new Plms(prediction),
            new PndmSchedule(settings.Process(), settings.Spacing(), settings.Int("steps_offset"), settings.Bool("set_alpha_to_one"), rungeKutta),
            SettingsReading.Denoiser(prediction));
    }
}
