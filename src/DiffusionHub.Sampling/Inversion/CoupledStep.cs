using System.Runtime.InteropServices;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Inversion;

/// <summary>
/// DDIM's step without fresh noise (Song et al. 2021, equation 12) in the linear form of EDICT (Wallace et al. 2022, equations 11 to 14): one
/// latent becomes a·itself + b·(the noise estimated from the other). Since the estimate does not look at what is changed, the step can be undone.
/// </summary>
/// <param name="OfState">a, not 0.</param>
/// <param name="OfNoise">b.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CoupledStep(double OfState, double OfNoise)
{
    /// <summary>From <see cref="SamplingStep.From"/> to <see cref="SamplingStep.To"/>: a = α′/α, b = σ′ − a·σ.</summary>
    public static CoupledStep Of(in SamplingStep step)
    {
        var ofState = step.To.Alpha / step.From.Alpha;
        return new CoupledStep(ofState, step.To.Sigma - (ofState * step.From.Sigma));
    }

    /// <summary>x ← a·x + b·n.</summary>
    public void Do(Span<double> x, ReadOnlySpan<double> noise)
    {
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = (OfState * x[i]) + (OfNoise * noise[i]);
        }
    }

    /// <summary>x ← (x − b·n)/a.</summary>
    public void Undo(Span<double> x, ReadOnlySpan<double> noise)
    {
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = (x[i] - (OfNoise * noise[i])) / OfState;
        }
    }
}
