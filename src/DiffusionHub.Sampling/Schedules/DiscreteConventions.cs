namespace DiffusionHub.Sampling.Schedules;

/// <summary>What becomes of a timestep between two whole ones.</summary>
public enum TimestepRounding
{
    /// <summary>It stays.</summary>
    None,

    /// <summary>To the nearest, halves to the even one.</summary>
    Nearest,

    /// <summary>To the one below.</summary>
    Down,
}

/// <summary>Where a plan ends.</summary>
public enum FinalLevel
{
    /// <summary>At σ = 0.</summary>
    Clean,

    /// <summary>At the training process's first level.</summary>
    TableEnd,

    /// <summary>At the last level that the model is asked at.</summary>
    LastAsked,
}

/// <summary>The conventions in which the schedulers of diffusers differ, as data.</summary>
public sealed record DiscreteConventions
{
    /// <summary>Form of the states.</summary>
    public StateForm Form { get; init; } = StateForm.Unscaled;

    /// <summary>Spread of the timesteps.</summary>
    public TimestepSpacing Spacing { get; init; } = TimestepSpacing.Linspace;

    /// <summary>Offset of the leading spacing.</summary>
    public int Offset { get; init; }

    /// <summary>Training timesteps that the spacing covers; null: all.</summary>
    public int? Length { get; init; }

    /// <summary>The spacing makes one point more, the lowest, and drops it (linspace and leading).</summary>
    public bool OnePointMore { get; init; }

    /// <summary>Rounding of the spacing's timesteps.</summary>
    public TimestepRounding SpacedTimesteps { get; init; }

    /// <summary>A curve goes over the whole training process, not over the levels that the spacing chose.</summary>
    public bool CurveSpansTable { get; init; }

    /// <summary>Rounding of a curve's timesteps.</summary>
    public TimestepRounding CurveTimesteps { get; init; }

    /// <summary>A curve leaves the spacing's timesteps as they are.</summary>
    public bool CurveKeepsTimesteps { get; init; }

    /// <summary>Highest level of a curve; null: the training process's.</summary>
    public double? SigmaMax { get; init; }

    /// <summary>Lowest level of a curve; null: the training process's.</summary>
    public double? SigmaMin { get; init; }

    /// <summary>The network is told ¼·ln σ (Karras et al. 2022, table 1) in place of a timestep.</summary>
    public bool ContinuousTimesteps { get; init; }

    /// <summary>The last level.</summary>
    public FinalLevel Final { get; init; }

    /// <summary>Highest order of step i of n.</summary>
    public Func<int, int, int> MaxOrder { get; init; } = (_, _) => int.MaxValue;
}
