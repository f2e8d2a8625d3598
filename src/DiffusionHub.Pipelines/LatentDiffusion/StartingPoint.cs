using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedulers;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>What there is when a run begins.</summary>
/// <param name="Request">The request, as <see cref="ILatentStarter.Fit"/> left it.</param>
/// <param name="Recipe">Its sampler.</param>
/// <param name="Shape">Shape of the latents.</param>
/// <param name="Noise">The generators, from which nothing was drawn yet.</param>
/// <param name="Encoder">Loads the autoencoder's encoder.</param>
internal sealed record StartingPoint(PictureRequest Request, SamplingRecipe Recipe, LatentShape Shape, GeneratorNoise Noise, Func<LatentEncoder> Encoder);
