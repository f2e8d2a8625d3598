using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Guidance;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;
using DiffusionHub.Sampling.Stages;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>The steps that one model takes of a run.</summary>
/// <param name="Request">The request.</param>
/// <param name="Recipe">Its sampler.</param>
/// <param name="Plan">The steps.</param>
/// <param name="Shape">Shape of the latents.</param>
/// <param name="Latents">The state, walked in place.</param>
internal sealed record LatentWalk(PictureRequest Request, SamplingRecipe Recipe, SamplingPlan Plan, LatentShape Shape, float[] Latents)
{
    /// <summary>What the model gets beside the latents.</summary>
    public ExtraChannels? Extra { get; init; }

    /// <summary>What joins the embedding of the noise level.</summary>
    public ClassLabels? Labels { get; init; }

    /// <summary>What puts the kept part of a picture back.</summary>
    public InpaintingBlend? Blend { get; init; }

    /// <summary>What another network changes about the denoiser, or null.</summary>
    public Func<IDenoiser, IDenoiser>? Lead { get; init; }

    /// <summary>Whether another model goes on from its end.</summary>
    public bool HandsOver { get; init; }

    /// <summary>Calls of the UNet.</summary>
    public int Calls => Recipe.Sampler.ModelCalls(Plan);

    /// <summary>Walks.</summary>
    /// <param name="unet">The UNet; on twice the batch where <paramref name="guided"/>.</param>
    /// <param name="guided">Whether there is a negative prompt.</param>
    /// <param name="noise">The generators.</param>
    /// <param name="afterCall">Told of each call.</param>
    /// <param name="cancellation">Looked at between steps.</param>
    public void Run(IPredictor unet, bool guided, GeneratorNoise noise, StepCallback? afterCall, CancellationToken cancellation)
    {
        if (Plan.Steps.Count == 0)
        {
            return;
        }

        var denoiser = guided ? Guidance(unet).Denoiser(Finite) : Finite(unet);
        denoiser = unet is UnetPredictor { Divide: { } divide } ? new ScaledBeside(denoiser, divide) : denoiser;
        denoiser = Lead?.Invoke(denoiser) ?? denoiser;
        var fresh = Recipe.StepNoise?.Invoke(Request.Seed, Request.Count) ?? noise;
        Recipe.Sampler.Sample(denoiser, Plan, fresh, Latents, Blend?.Then(afterCall, ends: !HandsOver) ?? afterCall, cancellation);
    }

    private FiniteDenoiser Finite(IPredictor network) => new(Recipe.Denoiser, network, Plan);

    private ClassifierFreeGuidance Guidance(IPredictor unet)
    {
        var rule = new LinearRule();
        return new ClassifierFreeGuidance(
            new BatchOfTwo(unet),
            new ConstantScale(Request.Guidance),
            Request.GuidanceRescale > 0 ? new RescaledRule(rule, Request.GuidanceRescale, Request.Count) : rule);
    }
}
