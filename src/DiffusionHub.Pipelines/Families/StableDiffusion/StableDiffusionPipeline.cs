using System.Diagnostics;
using DiffusionHub.Imaging;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Guidance;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedulers;

namespace DiffusionHub.Pipelines.Families.StableDiffusion;

/// <summary>How pictures map to latents.</summary>
/// <param name="Channels">Latent channels.</param>
/// <param name="Factor">Pixels a latent's side stands for.</param>
internal sealed record LatentLayout(int Channels, int Factor);

/// <summary>Encode prompt → initial latents → denoise → decode.</summary>
internal sealed class StableDiffusionPipeline(
    ModelDescription description,
    NoiseProcess process,
    PromptEncoder prompts,
    Graph unetGraph,
    LatentDecoder decoder,
    LatentPreview? preview,
    LatentLayout layout) : IPipeline
{
    public ModelDescription Description => description;

    public PictureBatch Run(TextToImageRequest request, StepObserver? afterStep = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var started = Stopwatch.GetTimestamp();
        var shape = new LatentShape(request.Count, layout.Channels, request.Height / layout.Factor, request.Width / layout.Factor);
        var guided = request.Guidance > 1;
        var prompt = prompts.Encode(new PromptInput(request.Prompt, guided ? request.NegativePrompt ?? "" : null));
        var encoded = Stopwatch.GetTimestamp();

        var latents = Denoise(request, shape, prompt, afterStep, cancellation);
        cancellation.ThrowIfCancellationRequested();
        var denoised = Stopwatch.GetTimestamp();

        var pictures = decoder.Decode(latents, shape);
        var timings = new RunTimings(
            Stopwatch.GetElapsedTime(started, encoded), Stopwatch.GetElapsedTime(encoded, denoised), Stopwatch.GetElapsedTime(denoised));
        return new PictureBatch(pictures, request.Count, shape.Width * layout.Factor, shape.Height * layout.Factor, timings);
    }

    public void Dispose()
    {
        prompts.Dispose();
        unetGraph.Dispose();
        decoder.Dispose();
    }

    private float[] Denoise(TextToImageRequest request, LatentShape shape, PromptEmbeddings prompt, StepObserver? afterStep, CancellationToken cancellation)
    {
        var recipe = process.Recipe(request.Sampler, new RecipeOptions { Curve = request.Schedule, Eta = request.Eta, Pictures = request.Count });
        var plan = recipe.Schedule.Plan(request.Steps);
        var noise = Generators.Of(request);
        var latents = InitialLatents.Draw(noise, shape, plan.InitialScale);
        using var unet = UnetPredictor.Create(unetGraph, shape, prompt);
        var denoiser = prompt.Negative is null ? Finite(unet) : Guidance(unet, request).Denoiser(Finite);
        recipe.Sampler.Sample(denoiser, plan, recipe.StepNoise?.Invoke(request.Seed, request.Count) ?? noise, latents, Report, cancellation);
        return latents;

        FiniteDenoiser Finite(IPredictor network) => new(recipe.Denoiser, network, plan);

        void Report(in StepReport step, Span<float> x, ReadOnlySpan<float> x0)
        {
            if (afterStep is not null)
            {
                var estimate = x0.ToArray();
                afterStep(new StepProgress(step.Call, step.Calls, x, shape, image => Preview(estimate, shape, image)));
            }
        }
    }

    private static ClassifierFreeGuidance Guidance(UnetPredictor unet, TextToImageRequest request)
    {
        var rule = new LinearRule();
        return new ClassifierFreeGuidance(
            new BatchOfTwo(unet),
            new ConstantScale(request.Guidance),
            request.GuidanceRescale > 0 ? new RescaledRule(rule, request.GuidanceRescale, request.Count) : rule);
    }

    private RgbImage Preview(float[] estimate, LatentShape shape, int image)
    {
        var latents = estimate.AsSpan(image * shape.One, shape.One);
        return preview is not null
            ? preview.Render(latents, shape)
            : RgbImage.FromFloats(shape.Width * layout.Factor, shape.Height * layout.Factor, decoder.Decode(latents, shape with { Count = 1 }));
    }
}
