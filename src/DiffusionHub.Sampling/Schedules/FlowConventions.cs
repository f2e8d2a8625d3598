namespace DiffusionHub.Sampling.Schedules;

/// <summary>The conventions in which flow-matching schedulers differ, as data.</summary>
public sealed record FlowConventions
{
    internal const double Margin = 1e-6;

    /// <summary>N even σ before the shift, for N steps of a process of T timesteps.</summary>
    public required Func<int, int, double[]> Even { get; init; }

    /// <summary>Moves a σ.</summary>
    public required Func<double, double> Shift { get; init; }

    /// <summary>The last σ that the network is asked at, by stretching; null: what the shift gives.</summary>
    public double? Terminal { get; init; }

    /// <summary>Keeps the first σ a little below 1.</summary>
    public bool BelowOne { get; init; }

    /// <summary>Timesteps lose their fraction.</summary>
    public bool WholeTimesteps { get; init; }

    /// <summary>The network counts time from the noise: it is told T·(1 − σ).</summary>
    public bool Inverted { get; init; }

    /// <summary>σ of the last level; null: the last that the network is asked at.</summary>
    public double? End { get; init; } = 0;

    /// <summary>Highest order of step i of n.</summary>
    public Func<int, int, int> MaxOrder { get; init; } = (_, _) => int.MaxValue;
}
