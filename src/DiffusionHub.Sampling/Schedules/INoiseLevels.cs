namespace DiffusionHub.Sampling.Schedules;

/// <summary>All levels of a process, for samplers that ask the model between two levels of their plan.</summary>
public interface INoiseLevels
{
    /// <summary>The level of noise σ, in the form that the plan's levels have.</summary>
    NoiseLevel AtSigma(double sigma);

    /// <summary>The level of a training timestep, in the form that the plan's levels have.</summary>
    NoiseLevel AtTimestep(double timestep);
}
