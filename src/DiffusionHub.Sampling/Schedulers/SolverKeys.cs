using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>What the solvers after DPM-Solver read alike.</summary>
internal static class SolverKeys
{
    /// <summary>True where the last step ends at σ = 0.</summary>
    public static bool EndsClean(this SchedulerSettings settings) => settings.Word("final_sigmas_type", "zero", "sigma_min") == "zero";

    /// <summary>The second-order term; the other solvers' types mean midpoint, as in diffusers.</summary>
    public static SecondOrderTerm Term(this SchedulerSettings settings) =>
        settings.Word("solver_type", "midpoint", "heun", "logrho", "bh1", "bh2") == "heun" ? SecondOrderTerm.Heun : SecondOrderTerm.Midpoint;

    /// <summary>The algorithm; "deis" means dpmsolver++, as in diffusers.</summary>
    public static string Algorithm(this SchedulerSettings settings, params ReadOnlySpan<string> known)
    {
        var algorithm = settings.Word("algorithm_type", [.. known, "deis"]);
        return algorithm == "deis" ? "dpmsolver++" : algorithm;
    }

    /// <summary>Training timesteps above <c>lambda_min_clipped</c>: half the log-SNR below it is left out.</summary>
    public static int ClippedLength(this SchedulerSettings settings, TrainingProcess process)
    {
        var lowest = settings.OptionalDouble("lambda_min_clipped") ?? double.NegativeInfinity;
        var length = process.Length;
        while (length > 1 && -Math.Log(process.Sigmas[length - 1]) < lowest)
        {
            length--;
        }

        return length;
    }

    /// <exception cref="SchedulerConfigException">The algorithm extrapolates noise, of which there is none at σ = 0.</exception>
    public static void CheckEnd(string algorithm, bool clean)
    {
        if (clean && !algorithm.EndsWith("++", StringComparison.Ordinal))
        {
            throw new SchedulerConfigException($"final_sigmas_type \"zero\" does not go with algorithm_type \"{algorithm}\"; it must be \"sigma_min\".");
        }
    }

    /// <summary>Flow matching's levels as DPM-Solver's schedulers have them.</summary>
    public static FlowSchedule SolverFlow(this SchedulerSettings settings, RecipeOptions options, Func<int, int, int> maxOrder, bool clean) => settings.Flow(options, new FlowConventions
    {
        Even = EvenToZero,
        Shift = settings.FlowShift(options),
        End = clean ? 0 : settings.Knows("final_sigmas_type") ? settings.Process().Sigmas[0] : null,
        MaxOrder = maxOrder,
    });

    /// <summary>Flow matching's levels for a solver that is told T·σ in whole timesteps.</summary>
    public static FlowSchedule Flow(this SchedulerSettings settings, RecipeOptions options, FlowConventions conventions) => new(
        settings.Int("num_train_timesteps"),
        conventions with { WholeTimesteps = true },
        settings.Curve(options, settings.Process()));

    /// <summary>The shift: a fixed one, or by the picture's size.</summary>
    public static Func<double, double> FlowShift(this SchedulerSettings settings, RecipeOptions options)
    {
        if (!settings.Bool("use_dynamic_shifting"))
        {
            var shift = settings.Double(settings.Knows("shift") ? "shift" : "flow_shift");
            return sigma => Schedules.FlowShift.Static(sigma, shift);
        }

        var tokens = options.ImageTokens ?? throw new SchedulerConfigException("use_dynamic_shifting needs the picture's size.");
        var mu = settings.Knows("base_shift")
            ? Schedules.FlowShift.Mu(tokens, settings.Int("base_image_seq_len"), settings.Int("max_image_seq_len"), settings.Double("base_shift"), settings.Double("max_shift"))
            : Schedules.FlowShift.Mu(tokens, 256, 4096, 0.5, 1.15);
        return settings.Word("time_shift_type", "exponential", "linear") == "linear"
            ? sigma => Schedules.FlowShift.Linear(sigma, mu)
            : sigma => Schedules.FlowShift.Exponential(sigma, mu);
    }

    /// <summary>N of N + 1 even σ from 1 − 1/T to 0, the last dropped.</summary>
    public static double[] EvenToZero(int steps, int length) => [.. Enumerable.Range(0, steps).Select(i => 1 - Even(steps - i, steps, length))];

    /// <summary>N of N + 1 even σ from 1 to 1/T, the last dropped.</summary>
    public static double[] EvenFromOne(int steps, int length) => [.. Enumerable.Range(0, steps).Select(i => Even(i, steps, length))];

    // As numpy.linspace rounds it: the timesteps lose their fraction, so a last digit can be a whole one.
    private static double Even(int i, int steps, int length) => i == steps ? 1.0 / length : (i * (((1.0 / length) - 1) / steps)) + 1;
}
