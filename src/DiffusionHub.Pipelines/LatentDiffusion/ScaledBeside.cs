using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>
/// Tells a network's caller what the state is divided by before the network sees it. LDMSuperResolutionPipeline of diffusers divides the picture beside the
/// latents by it too, which a seed's picture depends on with the samplers whose states grow with σ.
/// </summary>
internal sealed class ScaledBeside(IDenoiser inner, Action<double> divide) : IDenoiser
{
    public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
    {
        divide(level.Alpha == 1 && level.Sigma != 0 ? level.Norm : 1);
        inner.Denoise(x, level, x0);
    }
}
