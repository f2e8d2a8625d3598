using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class DdimScheduler
{
    public static SchedulerClass Class { get; } = new(
        "DDIMScheduler",
        Keys.Process().Spaced("leading").Clipped(true).Thresholded().With("set_alpha_to_one", true).With("rescale_betas_zero_snr", false),
        Build);

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options) => new(
        new Ddim(options.Eta ?? 0, settings.Limit(options)),
        new DdimSchedule(settings.Process(), settings.Spacing(), settings.Int("steps_offset"), settings.Bool("set_alpha_to_one")),
        SettingsReading.Denoiser(settings.Prediction()));
}
