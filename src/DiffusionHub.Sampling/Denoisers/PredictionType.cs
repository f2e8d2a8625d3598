using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Denoisers;

/// <summary>What a network was trained to predict.</summary>
public enum PredictionType
{
    /// <summary>The noise n (Ho et al. 2020).</summary>
    Epsilon,

    /// <summary>v = α·n − σ·x₀ (Salimans and Ho, "Progressive Distillation", 2022).</summary>
    Velocity,

    /// <summary>The clean picture x₀.</summary>
    Sample,

    /// <summary>Flow matching's n − x₀ (Lipman et al. 2023; Liu et al. 2023), for states with α + σ = 1.</summary>
    Flow,

    /// <summary>Flow matching told the other way round: x₀ − n.</summary>
    FlowToData,
}

/// <summary>Every prediction m is linear in state and picture: x₀ = a·x + b·m.</summary>
public static class PredictionTypes
{
    /// <summary>The factors a and b at <paramref name="level"/>, for a state x of that level whose network saw x/√(α² + σ²).</summary>
    public static (double OfState, double OfPrediction) Factors(this PredictionType type, in NoiseLevel level)
    {
        var norm = level.Norm;
        return type switch
        {
            PredictionType.Epsilon => (1 / level.Alpha, -level.Sigma / level.Alpha),
            // For α² + σ² = 1: x₀ = α·x − σ·v, which is −v where no picture is left in x.
            PredictionType.Velocity => (level.Alpha / (norm * norm), -level.Sigma / norm),
            PredictionType.Flow => (1, -level.Sigma),
            PredictionType.FlowToData => (1, level.Sigma),
            _ => (0, 1),
        };
    }
}
