using System.Runtime.InteropServices;

namespace DiffusionHub.Sampling.Schedules;

/// <summary>
/// How much of a state is picture and how much is noise: x = <paramref name="Alpha"/>·x₀ + <paramref name="Sigma"/>·n.
/// One form for every process, exact at both ends: k-diffusion's states have α = 1 and σ from 0 up, DDPM's have α² + σ² = 1 (zero
/// terminal SNR is α = 0, σ = 1, where k-diffusion's σ would be infinite), flow matching's have α + σ = 1.
/// </summary>
/// <param name="Alpha">Factor of the picture.</param>
/// <param name="Sigma">Factor of the noise.</param>
/// <param name="Timestep">What the network is told, in training timesteps; fractional for some schedules.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NoiseLevel(double Alpha, double Sigma, float Timestep)
{
    /// <summary>The end of every walk: all picture.</summary>
    public static NoiseLevel Clean { get; } = new(1, 0, 0);

    /// <summary>The state's standard deviation when picture and noise have that of 1: √(α² + σ²), each operation rounded to float32 as in the originals.</summary>
    public double Norm => MathF.Sqrt((float)(Alpha * Alpha) + (float)(Sigma * Sigma));

    /// <summary>Half the logarithm of the signal-to-noise ratio, λ = ln(α/σ) (Lu et al. 2022, section 2.1); +∞ where there is no noise.</summary>
    public double LogSnr => Math.Log(Alpha) - Math.Log(Sigma);
}
