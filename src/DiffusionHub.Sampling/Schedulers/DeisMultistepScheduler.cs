using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class DeisMultistepScheduler
{
    public static SchedulerClass Class { get; } = new(
        "DEISMultistepScheduler",
        Keys.Process().Spaced("linspace").Curved().Thresholded().Flowing()
            .With("solver_order", 2)
            .With("algorithm_type", "deis")
            .With("solver_type", "logrho")
            .With("lower_order_final", true),
        Build) { TakesCurves = true };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        // Other solvers' types mean logrho, as in diffusers.
        settings.Word("algorithm_type", "deis", "dpmsolver", "dpmsolver++");
        settings.Word("solver_type", "logrho", "midpoint", "heun", "bh1", "bh2");
        var maxOrder = StagedConventions.MaxOrder(settings.Bool("lower_order_final"), firstOrderAtEnd: false);
        var process = settings.Process();
        var curve = settings.Curve(options, process);
        return new SamplingRecipe(
            new Deis(settings.Int("solver_order", 1, 3)),
            settings.Bool("use_flow_sigmas")
                ? settings.SolverFlow(options, maxOrder, clean: false)
                : new DiscreteSchedule(
                    process,
                    settings.DpmSolver(process.Length) with { Final = curve is null ? FinalLevel.TableEnd : FinalLevel.LastAsked, MaxOrder = maxOrder },
                    curve),
            SettingsReading.Denoiser(settings.Prediction("epsilon", "v_prediction", "sample", "flow_prediction"), settings.Limit(options)));
    }
}
