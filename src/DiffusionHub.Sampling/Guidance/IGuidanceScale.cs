using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>How strongly the prompt is followed at each noise level.</summary>
public interface IGuidanceScale
{
    /// <summary>The scale w at <paramref name="level"/>; 1 follows the prompt without comparing it with the negative prompt.</summary>
    double At(in NoiseLevel level);
}
