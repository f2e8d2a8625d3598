using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class EulerAncestralDiscreteScheduler
{
    public static SchedulerClass Class { get; } = new(
        "EulerAncestralDiscreteScheduler",
        Keys.Process().Spaced("linspace").With("rescale_betas_zero_snr", false),
        Build) { TakesCurves = true };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var process = settings.Process();
        return new SamplingRecipe(
            new EulerAncestral(),
            new DiscreteSchedule(process, settings.KDiffusion(), settings.Curve(options, process)),
            SettingsReading.Denoiser(settings.Prediction("epsilon", "v_prediction")));
    }
}
