using System.Globalization;

namespace DiffusionHub.Sampling.Denoisers;

/// <summary>A network gave NaN or infinity.</summary>
public sealed class ModelOutputException : Exception
{
    internal ModelOutputException(int step, int steps, int call, float timestep)
        : base(string.Create(
            CultureInfo.InvariantCulture, $"The model's output is not a number (NaN or infinite) at step {step} of {steps}, model call {call}, timestep {timestep}."))
        => (Step, Call, Timestep) = (step, call, timestep);

    /// <summary>Step of the plan, from 1.</summary>
    public int Step { get; }

    /// <summary>Model call, from 1.</summary>
    public int Call { get; }

    /// <summary>What the network was told.</summary>
    public float Timestep { get; }
}
