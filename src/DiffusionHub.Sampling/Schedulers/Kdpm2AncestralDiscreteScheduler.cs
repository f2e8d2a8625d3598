using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class Kdpm2AncestralDiscreteScheduler
{
    public static SchedulerClass Class { get; } = new(
        "KDPM2AncestralDiscreteScheduler",
        Keys.Process(0.00085, 0.012).Spaced("linspace").Curved(),
        Build) { TakesCurves = true };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var process = settings.Process();
        var conventions = settings.KDiffusion() with
        {
            CurveTimesteps = settings.Bool("use_karras_sigmas") ? TimestepRounding.Nearest : TimestepRounding.None,
        };
        return new SamplingRecipe(
            new Dpm2Ancestral(),
            new DiscreteSchedule(process, conventions, settings.Curve(options, process)),
            SettingsReading.Denoiser(settings.Prediction("epsilon", "v_prediction")));
    }
}
