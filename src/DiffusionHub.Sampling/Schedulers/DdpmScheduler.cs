using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class DdpmScheduler
{
    public static SchedulerClass Class { get; } = new(
        "DDPMScheduler",
        Keys.Process().Spaced("leading").Clipped(true).Thresholded().With("variance_type", "fixed_small").With("rescale_betas_zero_snr", false),
        Build);

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options) => new(
        new Ddpm(),
        new DdpmSchedule(settings.Process(), settings.Spacing(), settings.Int("steps_offset"), Variance(settings)),
        SettingsReading.Denoiser(settings.Prediction(), settings.Limit(options)));

    // fixed_small_log takes the logarithm and gives it back; fixed_large_log gives no number in the original, and the learned ones need
    // a network with twice the channels.
    private static DdpmVariance Variance(SchedulerSettings settings) =>
        settings.Word("variance_type", "fixed_small", "fixed_small_log", "fixed_large") == "fixed_large" ? DdpmVariance.FixedLarge : DdpmVariance.FixedSmall;
}
