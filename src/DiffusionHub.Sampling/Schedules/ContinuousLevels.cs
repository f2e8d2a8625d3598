namespace DiffusionHub.Sampling.Schedules;

/// <summary>The levels of a process without training timesteps of its own, given by functions.</summary>
/// <param name="atSigma">The level of noise σ.</param>
/// <param name="atTimestep">The level of a timestep.</param>
internal sealed class ContinuousLevels(Func<double, NoiseLevel> atSigma, Func<double, NoiseLevel> atTimestep) : INoiseLevels
{
    public NoiseLevel AtSigma(double sigma) => atSigma(sigma);

    public NoiseLevel AtTimestep(double timestep) => atTimestep(timestep);
}
