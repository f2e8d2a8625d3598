using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>t = −ln σ over a plan, for the solvers that choose their own steps.</summary>
internal static class LogRange
{
    /// <summary>t of the plan's first level and of its last above σ = 0.</summary>
    public static (double Start, double End) Of(SamplingPlan plan)
    {
        var last = plan.Steps[^1];
        return (-Math.Log(plan.Steps[0].From.Sigma), -Math.Log(last.To.Sigma > 0 ? last.To.Sigma : last.From.Sigma));
    }

    /// <summary>The way from t to <paramref name="next"/> split in two: down without noise, not beyond <paramref name="end"/>, and the noise back up.</summary>
    public static (double Down, double Up) Split(double t, double next, double end, double eta)
    {
        if (eta == 0)
        {
            return (next, 0);
        }

        var to = Math.Exp(-next);
        var down = Math.Min(end, -Math.Log(Ancestral.Split(Math.Exp(-t), to, eta).Down));
        return (down, Math.Sqrt((to * to) - Math.Exp(-2 * down)));
    }
}
