namespace DiffusionHub.Sampling.Schedules;

/// <summary>The form in which a sampler keeps its states.</summary>
public enum StateForm
{
    /// <summary>k-diffusion's: x = x₀ + σ·n.</summary>
    Unscaled,

    /// <summary>DDPM's: α² + σ² = 1.</summary>
    VariancePreserving,
}

/// <summary>The levels of a training process in the form of one sampler.</summary>
/// <param name="process">The training process.</param>
/// <param name="form">The form.</param>
internal sealed class DiscreteLevels(TrainingProcess process, StateForm form) : INoiseLevels
{
    public NoiseLevel AtSigma(double sigma) => Level(sigma, process.TimestepAt(sigma));

    public NoiseLevel AtTimestep(double timestep) =>
        timestep == Math.Floor(timestep) && form == StateForm.VariancePreserving
            ? process.At((int)timestep)
            : Level(process.SigmaAt(timestep), timestep);

    /// <summary>The level of ratio σ/α = <paramref name="ratio"/>.</summary>
    public NoiseLevel Level(double ratio, double timestep)
    {
        if (form == StateForm.Unscaled)
        {
            return new NoiseLevel(1, ratio, (float)timestep);
        }

        var alpha = 1 / Math.Sqrt((ratio * ratio) + 1);
        return new NoiseLevel(alpha, ratio * alpha, (float)timestep);
    }
}
