using System.Runtime.InteropServices;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>How a second-order step weighs the model's change.</summary>
public enum SecondOrderTerm
{
    /// <summary>As the midpoint rule: half of the first-order factor.</summary>
    Midpoint,

    /// <summary>As Heun's rule: the exact integral of a straight line.</summary>
    Heun,
}

/// <summary>
/// One step of an exponential integrator: x' = <paramref name="State"/>·x + <paramref name="Zeroth"/>·D₀ + <paramref name="First"/>·D₁ +
/// <paramref name="Second"/>·D₂ + <paramref name="Noise"/>·n, where D₀ is the model's estimate, D₁ and D₂ its scaled differences.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ExponentialStep(double State, double Zeroth, double First, double Second, double Noise)
{
    /// <summary>
    /// For estimates of x₀: Lu et al., "DPM-Solver++" (2022), equations 8 and 9 (η = 0) and section 5 (η = 1), with h the step in log-SNR.
    /// </summary>
    public static ExponentialStep OfPicture(in NoiseLevel from, in NoiseLevel to, double eta, SecondOrderTerm term, ThirdOrderTerm third = ThirdOrderTerm.Published)
    {
        var h = to.LogSnr - from.LogSnr;
        var noisy = eta > 0 ? eta * h : 0;
        var whole = h + noisy;
        var phi1 = -double.ExpM1(-whole);
        // A step between equal levels changes nothing.
        var phi2 = whole == 0 ? 0 : 1 - (phi1 / whole);
        var phi3 = whole == 0 ? 0 : phi2 / whole;
        return new ExponentialStep(
            to.Sigma / from.Sigma * Math.Exp(-noisy),
            to.Alpha * phi1,
            to.Alpha * (term == SecondOrderTerm.Midpoint ? phi1 / 2 : phi2),
            -to.Alpha * (phi3 - (third == ThirdOrderTerm.Diffusers && eta > 0 ? -0.5 : 0.5)),
            to.Sigma * Math.Sqrt(-double.ExpM1(-2 * noisy)));
    }

    /// <summary>For estimates of the noise: Lu et al., "DPM-Solver" (2022), equation 3.7, and its stochastic form.</summary>
    public static ExponentialStep OfNoise(in NoiseLevel from, in NoiseLevel to, bool stochastic, SecondOrderTerm term)
    {
        var h = to.LogSnr - from.LogSnr;
        var twice = stochastic ? 2 : 1;
        var grown = double.ExpM1(h);
        var phi2 = h == 0 ? 0 : (grown / h) - 1;
        var phi3 = h == 0 ? 0 : phi2 / h;
        return new ExponentialStep(
            to.Alpha / from.Alpha,
            -twice * to.Sigma * grown,
            -twice * to.Sigma * (term == SecondOrderTerm.Midpoint ? grown / 2 : phi2),
            -twice * to.Sigma * (phi3 - 0.5),
            stochastic ? to.Sigma * Math.Sqrt(double.ExpM1(2 * h)) : 0);
    }
}

/// <summary>The factor of the second difference in a stochastic step of order 3.</summary>
public enum ThirdOrderTerm
{
    /// <summary>That of the papers and of k-diffusion.</summary>
    Published,

    /// <summary>That of diffusers, whose sign differs in one place: for the same picture as there.</summary>
    Diffusers,
}
