using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>The samplers of k-diffusion that diffusers has no class for, on the levels of its Euler scheduler. A class of the hub's own: no model's file names it.</summary>
internal static class KDiffusionScheduler
{
    public static SchedulerClass Class { get; } = new(
        "KDiffusionScheduler",
        Keys.Process().Spaced("linspace").Curved().With("rescale_betas_zero_snr", false).With("sampler", "dpmpp_2s_ancestral"),
        Build) { TakesCurves = true };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var process = settings.Process();
        ISampler sampler = settings.Word("sampler", "dpmpp_2s_ancestral", "dpmpp_3m_sde", "dpm_fast", "dpm_adaptive") switch
        {
            "dpmpp_2s_ancestral" => new DpmPlusPlus2SAncestral(),
            "dpmpp_3m_sde" => new DpmPlusPlusMultistep(3, 1, SecondOrderTerm.Heun),
            "dpm_fast" => new DpmFast(),
            _ => new DpmAdaptive(),
        };
        var conventions = settings.KDiffusion() with
        {
            MaxOrder = StagedConventions.MaxOrder(lowerFinal: false, firstOrderAtEnd: true),
            // Those that choose their own steps go down to the process's lowest level, however few steps are asked for.
            Final = sampler is DpmFast or DpmAdaptive ? FinalLevel.TableEnd : FinalLevel.Clean,
        };
        return new SamplingRecipe(
            sampler,
            new DiscreteSchedule(process, conventions, settings.Curve(options, process)),
            SettingsReading.Denoiser(settings.Prediction("epsilon", "v_prediction")))
        {
            StepNoise = sampler is DpmPlusPlusMultistep ? SettingsReading.Brownian(process) : null,
        };
    }
}
