using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class DpmSolverSinglestepScheduler
{
    public static SchedulerClass Class { get; } = new(
        "DPMSolverSinglestepScheduler",
        Keys.Process().Curved().Thresholded().Flowing()
            .With("solver_order", 2)
            .With("algorithm_type", "dpmsolver++")
            .With("solver_type", "midpoint")
            .With("lower_order_final", false)
            .With("final_sigmas_type", "zero")
            .With("lambda_min_clipped", null)
            .With("variance_type", null),
        Build) { TakesCurves = true };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var clean = settings.EndsClean();
        var order = settings.Int("solver_order", 1, 3);
        var algorithm = settings.Algorithm("dpmsolver", "dpmsolver++", "sde-dpmsolver++");
        SolverKeys.CheckEnd(algorithm, clean);
        var lowerFinal = settings.Bool("lower_order_final");
        int MaxOrder(int i, int n) => Orders(n, order, lowerFinal, clean)[i];
        var process = settings.Process();
        return new SamplingRecipe(
            new DpmSolverSinglestep(algorithm == "dpmsolver" ? DpmEstimate.Noise : DpmEstimate.Picture, order, algorithm.StartsWith("sde", StringComparison.Ordinal), settings.Term()),
            settings.Bool("use_flow_sigmas")
                ? settings.SolverFlow(options, MaxOrder, clean)
                : new DiscreteSchedule(
                    process,
                    settings.DpmSolver(settings.ClippedLength(process)) with { Final = clean ? FinalLevel.Clean : FinalLevel.TableEnd, MaxOrder = MaxOrder },
                    settings.Curve(options, process)),
            SettingsReading.Denoiser(settings.Prediction("epsilon", "v_prediction", "sample", "flow_prediction"), settings.Limit(options)));
    }

    // Which call of its block each step is: blocks of 1, 2, … order; what is left over, and an end at σ = 0, in shorter blocks.
    private static int[] Orders(int steps, int order, bool lowerFinal, bool clean)
    {
        int[] orders = [.. Enumerable.Range(0, steps).Select(i => (i % order) + 1)];
        var rest = steps % order;
        if (rest == 0 && (lowerFinal || clean))
        {
            // The last full block gives its last call to a block of one.
            orders[^1] = 1;
        }

        if (clean)
        {
            orders[^1] = 1;
        }

        return orders;
    }
}
