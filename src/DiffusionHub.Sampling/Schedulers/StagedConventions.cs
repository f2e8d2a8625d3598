using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>The two groups of conventions among diffusers' σ-based schedulers.</summary>
internal static class StagedConventions
{
    /// <summary>Those made after k-diffusion: α = 1, fractional timesteps, curves over the levels that the spacing chose.</summary>
    public static DiscreteConventions KDiffusion(this SchedulerSettings settings) => new()
    {
        Spacing = settings.Spacing(),
        Offset = settings.Int("steps_offset"),
    };

    /// <summary>Those made after DPM-Solver: α² + σ² = 1, whole timesteps, one point more, curves over the whole process.</summary>
    public static DiscreteConventions DpmSolver(this SchedulerSettings settings, int length)
    {
        var curve = settings.Knows("use_karras_sigmas") && settings.Bool("use_karras_sigmas");
        return new DiscreteConventions
        {
            Form = StateForm.VariancePreserving,
            Spacing = settings.Knows("timestep_spacing") ? settings.Spacing() : TimestepSpacing.Linspace,
            Offset = settings.Knows("steps_offset") ? settings.Int("steps_offset") : 0,
            Length = length,
            OnePointMore = true,
            SpacedTimesteps = TimestepRounding.Nearest,
            CurveSpansTable = true,
            CurveTimesteps = curve ? TimestepRounding.Nearest : TimestepRounding.Down,
        };
    }

    /// <summary>The order of each step: less at the end where it is asked for, below 15 steps or where the end is σ = 0.</summary>
    public static Func<int, int, int> MaxOrder(bool lowerFinal, bool firstOrderAtEnd) => (i, n) =>
        i == n - 1 && (firstOrderAtEnd || (lowerFinal && n < FewSteps)) ? 1
        : i == n - 2 && lowerFinal && n < FewSteps ? 2
        : int.MaxValue;

    private const int FewSteps = 15;
}
