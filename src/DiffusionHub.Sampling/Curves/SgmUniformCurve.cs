using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Curves;

/// <summary>
/// N + 1 even timesteps from the training process's last to its first, which is dropped: the discretisation of Stability's
/// generative-models (Podell et al., "SDXL", 2023), which distilled models such as SDXL-Turbo and Lightning were trained for. Stability's
/// code rounds the timesteps down; here they stay fractional, as in the web UIs that made the name "SGM uniform" known, and σ lies on the
/// straight line between the logarithms of its neighbours', as in k-diffusion. (diffusers interpolates σ itself.)
/// </summary>
/// <param name="process">The training process.</param>
public sealed class SgmUniformCurve(TrainingProcess process) : ISigmaCurve
{
    /// <summary>From the process's highest level to one step above its lowest.</summary>
    /// <param name="count">Number of levels N.</param>
    /// <param name="highest">Has no influence.</param>
    /// <param name="lowest">Has no influence.</param>
    public double[] Sigmas(int count, double highest, double lowest) => Ramp.Map(count + 1, r => SigmaAt((1 - r) * (process.Length - 1)))[..^1];

    private double SigmaAt(double timestep)
    {
        var low = Math.Clamp((int)timestep, 0, process.Length - 2);
        var (below, above) = (Math.Log(process.Sigmas[low]), Math.Log(process.Sigmas[low + 1]));
        return Math.Exp(below + ((above - below) * (timestep - low)));
    }
}
