namespace DiffusionHub.Sampling.Denoisers;

/// <summary>What a network was trained to predict.</summary>
public enum PredictionType
{
    /// <summary>The noise n.</summary>
    Epsilon,

    /// <summary>v = α·n − σ·x₀ (Salimans and Ho, "Progressive Distillation", 2022).</summary>
    Velocity,

    /// <summary>The clean picture x₀.</summary>
    Sample,
}
