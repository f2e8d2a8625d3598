using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class UniPcMultistepScheduler
{
    public static SchedulerClass Class { get; } = new(
        "UniPCMultistepScheduler",
        Keys.Process().Spaced("linspace").Curved().Thresholded().Flowing()
            .With("solver_order", 2)
            .With("predict_x0", true)
            .With("solver_type", "bh2")
            .With("lower_order_final", true)
            .With("disable_corrector", null)
            .With("final_sigmas_type", "zero")
            .With("rescale_betas_zero_snr", false)
            .With("sigma_min", null)
            .With("sigma_max", null)
            .With("shift_terminal", null),
        Build) { TakesCurves = true };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var order = settings.Int("solver_order", 1, 10);
        var lowerFinal = settings.Bool("lower_order_final");
        int MaxOrder(int i, int n) => lowerFinal ? n - i : int.MaxValue;
        return new SamplingRecipe(
            new UniPc(
                order,
                // Other solvers' types mean bh2, as in diffusers.
                settings.Word("solver_type", "bh2", "bh1", "midpoint", "heun", "logrho") == "bh1" ? UniPcFunction.Bh1 : UniPcFunction.Bh2,
                settings.Bool("predict_x0") ? DpmEstimate.Picture : DpmEstimate.Noise,
                settings.Numbers("disable_corrector")?.Select(i => (int)i).ToHashSet()),
            settings.Bool("use_flow_sigmas") ? Flow(settings, options, MaxOrder) : Discrete(settings, options, MaxOrder),
            SettingsReading.Denoiser(settings.Prediction("epsilon", "v_prediction", "sample", "flow_prediction"), settings.Limit(options)));
    }

    private static DiscreteSchedule Discrete(SchedulerSettings settings, RecipeOptions options, Func<int, int, int> maxOrder)
    {
        var process = settings.Process();
        var curve = settings.Curve(options, process);
        var conventions = settings.DpmSolver(process.Length) with
        {
            SigmaMax = settings.OptionalDouble("sigma_max"),
            SigmaMin = settings.OptionalDouble("sigma_min"),
            Final = settings.EndsClean() ? FinalLevel.Clean : curve is null ? FinalLevel.TableEnd : FinalLevel.LastAsked,
            MaxOrder = maxOrder,
        };
        return new DiscreteSchedule(process, conventions, curve);
    }

    private static FlowSchedule Flow(SchedulerSettings settings, RecipeOptions options, Func<int, int, int> maxOrder) => settings.Flow(options, new FlowConventions
    {
        Even = SolverKeys.EvenFromOne,
        Shift = settings.FlowShift(options),
        Terminal = settings.OptionalDouble("shift_terminal"),
        BelowOne = true,
        End = settings.EndsClean() ? 0 : null,
        MaxOrder = maxOrder,
    });
}
