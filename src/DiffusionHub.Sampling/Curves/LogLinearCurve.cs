using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Curves;

/// <summary>Even steps of ln σ over the whole training process, one point more than asked for, the lowest dropped: "log_linear" of diffusers' Euler scheduler.</summary>
/// <param name="process">The training process.</param>
internal sealed class LogLinearCurve(TrainingProcess process) : ISigmaCurve
{
    public double[] Sigmas(int count, double highest, double lowest) => new ExponentialCurve().Sigmas(count + 1, process.Sigmas[^1], process.Sigmas[0])[..^1];
}
