using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>Sampler × schedule × what the network's output means: all that a run needs beside the network.</summary>
/// <param name="Sampler">The sampler.</param>
/// <param name="Schedule">The schedule.</param>
/// <param name="Denoiser">Makes the denoiser of a network.</param>
public sealed record SamplingRecipe(ISampler Sampler, ISigmaSchedule Schedule, Func<IPredictor, IDenoiser> Denoiser)
{
    /// <summary>
    /// Makes the fresh noise of a run from the first picture's seed and the number of pictures, where it is a Brownian motion of its own
    /// (the SDE solvers of k-diffusion); null where it comes from the generators that made the first state.
    /// </summary>
    public Func<long, int, IStepNoise>? StepNoise { get; init; }

    /// <summary>Takes the second half of the output of a network with twice the channels, for samplers that ask it for the steps' variances; else null.</summary>
    public LearnedVariance? Variance { get; init; }
}

/// <summary>What a request may say beyond the configuration.</summary>
public sealed record RecipeOptions
{
    /// <summary>η of DDIM, TCD and the ancestral samplers; null: the class's own default.</summary>
    public double? Eta { get; init; }

    /// <summary>Schedule by its name for people, one of <see cref="Curves.KnownCurves"/>; null: what the configuration says.</summary>
    public string? Curve { get; init; }

    /// <summary>Pictures in the batch: dynamic thresholding bounds each by itself.</summary>
    public int Pictures { get; init; } = 1;

    /// <summary>Tokens (latent patches) of the picture, for flow matching's dynamic shift.</summary>
    public int? ImageTokens { get; init; }
}
