using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class DdpmScheduler
{
    private const string LearnedRange = "learned_range";

    public static SchedulerClass Class { get; } = new(
        "DDPMScheduler",
        Keys.Process().Spaced("leading").Clipped(true).Thresholded().With("variance_type", "fixed_small").With("rescale_betas_zero_snr", false),
        Build);

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        // fixed_small_log takes the logarithm and gives it back; fixed_large_log gives no number in the original.
        var variance = settings.Word("variance_type", "fixed_small", "fixed_small_log", "fixed_large", LearnedRange);
        var learned = variance == LearnedRange ? new LearnedVariance() : null;
        return new SamplingRecipe(
            new Ddpm(learned),
            new DdpmSchedule(settings.Process(), settings.Spacing(), settings.Int("steps_offset"), variance == "fixed_large" ? DdpmVariance.FixedLarge : DdpmVariance.FixedSmall),
            SettingsReading.Denoiser(settings.Prediction(), settings.Limit(options)))
        {
            Variance = learned,
        };
    }
}
