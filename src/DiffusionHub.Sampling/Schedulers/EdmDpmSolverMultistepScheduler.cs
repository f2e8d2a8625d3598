using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Samplers;

namespace DiffusionHub.Sampling.Schedulers;

internal static class EdmDpmSolverMultistepScheduler
{
    public static SchedulerClass Class { get; } = new(
        "EDMDPMSolverMultistepScheduler",
        Keys.Edm().Thresholded()
            .With("solver_order", 2)
            .With("algorithm_type", "dpmsolver++")
            .With("solver_type", "midpoint")
            .With("lower_order_final", true)
            .With("euler_at_final", false),
        Build) { TakesCurves = true, Process = ProcessKind.Edm };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var stochastic = settings.Algorithm("dpmsolver++", "sde-dpmsolver++") == "sde-dpmsolver++";
        var maxOrder = StagedConventions.MaxOrder(settings.Bool("lower_order_final"), settings.EndsClean() || settings.Bool("euler_at_final"));
        var limit = settings.Limit(options);
        var denoiser = settings.EdmDenoiser();
        return new SamplingRecipe(
            new DpmPlusPlusMultistep(settings.Int("solver_order", 1, 3), stochastic ? 1 : 0, settings.Term()),
            settings.EdmSchedule(options, maxOrder),
            limit is null ? denoiser : predictor => new LimitedDenoiser(denoiser(predictor), limit));
    }
}
