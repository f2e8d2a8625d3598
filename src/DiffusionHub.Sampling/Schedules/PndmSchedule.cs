using DiffusionHub.Sampling.Samplers;

namespace DiffusionHub.Sampling.Schedules;

/// <summary>PNDM's levels in DDPM's form: whole timesteps, one step of the plan for each call of the model, with the warm-up's way back and forth.</summary>
/// <param name="process">The training process.</param>
/// <param name="spacing">Spread of the timesteps.</param>
/// <param name="offset">Offset of the leading spacing.</param>
/// <param name="endsClean">True: what lies below timestep 0 is ᾱ = 1; false: ᾱ₀.</param>
/// <param name="rungeKutta">Three Runge-Kutta steps first (<see cref="Pndm"/>); else one improved Euler step (<see cref="Plms"/>).</param>
public sealed class PndmSchedule(TrainingProcess process, TimestepSpacing spacing, int offset, bool endsClean, bool rungeKutta) : ISigmaSchedule
{
    private const int RungeKuttaSteps = 3;

    /// <inheritdoc/>
    public int Length => process.Length;

    /// <inheritdoc/>
    public SamplingPlan Plan(int steps, int skip = 0)
    {
        StepLimits.Check(steps, skip, Length);
        int[] timesteps = [.. Spacing.Timesteps(spacing, process.Length, steps, offset).Select(t => (int)Math.Round(t, MidpointRounding.ToEven))];
        // What is left out is left out of the timesteps, so that the Runge-Kutta steps come first again.
        var plan = rungeKutta ? RungeKuttaPlan(timesteps[skip..], process.Length / steps) : MultistepPlan(timesteps, steps, skip);
        return new SamplingPlan([.. plan], 1, new DiscreteLevels(process, StateForm.VariancePreserving));
    }

    // The second timestep stands twice. What is left out is left out of that list, as in diffusers.
    private List<SamplingStep> MultistepPlan(int[] timesteps, int steps, int skip)
    {
        var stride = process.Length / steps;
        var calls = timesteps.Length > 1 ? [timesteps[0], timesteps[1], .. timesteps[1..]] : timesteps;
        var plan = new List<SamplingStep>();
        foreach (var t in calls[skip..])
        {
            plan.Add(plan.Count == 1
                ? new SamplingStep(Level(t + stride), Level(t), Ask: Level(t))
                : new SamplingStep(Level(t), Level(t - stride)));
        }

        return plan;
    }

    private IEnumerable<SamplingStep> RungeKuttaPlan(int[] timesteps, int stride)
    {
        var half = stride / 2;
        // Fewer than four steps leave room for fewer of them; diffusers refuses those.
        var warmUp = Math.Min(RungeKuttaSteps, timesteps.Length - 1);
        for (var i = 0; i < warmUp; i++)
        {
            var (start, end) = (timesteps[i], timesteps[i + 1]);
            yield return new SamplingStep(Level(start), Level(start - half), Ask: Level(start));
            yield return new SamplingStep(Level(start), Level(end + half), Ask: Level(end + half));
            yield return new SamplingStep(Level(start), Level(end), Ask: Level(end + half));
            yield return new SamplingStep(Level(start), Level(end), Ask: Level(end));
        }

        foreach (var t in timesteps[warmUp..])
        {
            yield return new SamplingStep(Level(t), Level(t - stride));
        }
    }

    private NoiseLevel Level(int t) => t >= 0 ? process.At(t) : endsClean ? NoiseLevel.Clean : process.At(0);
}
