using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>One scale all the way (Ho and Salimans 2022).</summary>
/// <param name="scale">The scale w.</param>
public sealed class ConstantScale(double scale) : IGuidanceScale
{
    /// <inheritdoc/>
    public double At(in NoiseLevel level) => scale;
}
