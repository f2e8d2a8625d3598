using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class IpndmScheduler
{
    public static SchedulerClass Class { get; } = new(
        "IPNDMScheduler",
        new Keys { { "num_train_timesteps", 1000 }, { "trained_betas", null } },
        Build) { Process = ProcessKind.Continuous };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options) => new(
        new Ipndm(),
        new IpndmSchedule(settings.Int("num_train_timesteps", 1), settings.Numbers("trained_betas")),
        SettingsReading.Denoiser(PredictionType.Velocity));
}
