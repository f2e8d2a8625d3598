using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>
/// Chung et al., "CFG++: Manifold-constrained Classifier Free Guidance for Diffusion Models" (2024), algorithm 2: the picture is estimated
/// with guidance, but the noise that is put back on it is the negative prompt's alone.
/// </summary>
/// <remarks>
/// With d = ε(prompt) − ε(negative), a first-order step from (α, σ) to (α', σ') differs from the unguided one by λ·(−α'σ/α)·d here and by
/// ω·(σ' − α'σ/α)·d under ordinary guidance. Both are one where ω = λ/(1 − e^(−h)) with e^(−h) = (σ'/α')/(σ/α): CFG++ is a scale that
/// depends on the step. Exact for samplers of one call a step without fresh noise (Euler, DDIM with η = 0); the others take it as a scale.
/// </remarks>
public sealed class CfgPlusPlusScale : IGuidanceScale
{
    private readonly SamplingPlan plan;
    private readonly double lambda;

    /// <summary>CFG++ on a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="lambda">λ, from 0 (the negative prompt only) to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lambda"/> is not within its limits.</exception>
    public CfgPlusPlusScale(SamplingPlan plan, double lambda)
    {
        if (lambda is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "λ of CFG++ must be from 0 to 1.");
        }

        (this.plan, this.lambda) = (plan, lambda);
    }

    /// <inheritdoc/>
    public double At(in NoiseLevel level)
    {
        var (from, to) = plan.Steps[plan.StepAt(level)];
        // 0 at the last step, which ends without noise, and where the first begins without picture (α = 0).
        var remaining = to.Sigma / to.Alpha / (from.Sigma / from.Alpha);
        // A step that goes nowhere has no such scale, and needs none.
        return remaining < 1 ? lambda / (1 - remaining) : lambda;
    }
}
