using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Inversion;

/// <summary>Every prediction m is linear in state and noise too: n = a·x + b·m, for states with α² + σ² = 1, in float64 and without a division where none is needed.</summary>
public static class NoiseFactors
{
    /// <summary>The factors a and b at <paramref name="level"/>.</summary>
    public static (double OfState, double OfPrediction) Of(PredictionType type, in NoiseLevel level) => type switch
    {
        PredictionType.Epsilon => (0, 1),
        PredictionType.Velocity => (level.Sigma, level.Alpha),
        PredictionType.Sample => (1 / level.Sigma, -level.Alpha / level.Sigma),
        _ => throw new NotSupportedException($"States of {type} have another form."),
    };
}
