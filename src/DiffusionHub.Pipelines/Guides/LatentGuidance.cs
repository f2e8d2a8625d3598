using DiffusionHub.Pipelines.Inversion;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Guidance;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>A guide in each step of a model: what it thinks of a picture goes back through the decoder, where there is one, and the UNet.</summary>
internal static class LatentGuidance
{
    private const int Colours = 3;

    /// <summary>The guide of a walk.</summary>
    /// <param name="choice">The guide.</param>
    /// <param name="parts">The model.</param>
    /// <param name="graphs">Its graphs.</param>
    /// <param name="walk">The walk.</param>
    /// <param name="conditioning">What the UNet is told.</param>
    /// <param name="cancellation">Looked at between pictures: a step of several takes long.</param>
    /// <exception cref="UnfitRequestException">The guide does not fit, or the model's gradient is not known.</exception>
    public static StepGuidance Begin(GuideChoice choice, ModelParts parts, LatentGraphs graphs, LatentWalk walk, Conditioning conditioning, CancellationToken cancellation = default)
    {
        var guide = GuideFit.Read(choice);
        if (guide.Kind == GuideKind.NoisyClassifier)
        {
            return !parts.Process.Discrete ? throw GuideFit.Refusal(GuideTexts.OtherProcess, choice.Name) : StepGuidance.OfStates(guide, choice, walk.Shape);
        }

        var request = walk.Request;
        Require(walk.Extra is null, request.Mask is not null ? "mask" : request.Map is not null ? "map" : "init");
        Require(walk.Labels is null, "init");
        Require(request.Control is null, "control");
        Require(request.GuidanceRescale == 0, "guidanceRescale");
        var vae = graphs.Vae(request.Vae);
        if (vae.LoadDecoderSlope is null && vae.LoadDecoder is not null)
        {
            throw GuideFit.Refusal(PipelineTexts.NoSlopes);
        }

        if (parts.Unet.Traits.OutChannels != walk.Shape.Channels || (vae.LoadDecoder is null && walk.Shape.Channels != Colours))
        {
            throw GuideFit.Refusal(GuideTexts.OnlyPictures, parts.Unet.Traits.OutChannels);
        }

        var owned = new List<IDisposable>();
        try
        {
            // The gradients are there for one request only: they take more memory than the model.
            var unet = Own(parts.Unet.Load(new UnetVariant(request.Adapters, Controlled: false) { Sloped = true }));
            var loss = Own(PictureLosses.Load(guide, choice, request.Prompt));
            // Of the "noise" that a UNet of this prediction sees, the slope is that of its answer.
            var answer = Own(new UnetSlope(unet, walk.Shape, conditioning, request.Guidance, PredictionType.Epsilon) { Cancellation = cancellation });
            IEstimateLoss pictures = vae.LoadDecoderSlope is { } load
                ? new LatentPictures(new PictureSlope(graphs.Decoder(request.Vae), Own(load()), vae, loss, scale: 1), walk.Shape, Generators.Of(request), cancellation)
                : new EstimatedPictures(loss, walk.Shape, Generators.Of(request));
            return new StepGuidance(new EstimateLikelihood(walk.Recipe.Denoiser, new Answer(answer), pictures), choice.Scale, owned);
        }
        catch
        {
            owned.ForEach(one => one.Dispose());
            throw;
        }

        T Own<T>(T one)
            where T : IDisposable
        {
            owned.Add(one);
            return one;
        }
    }

    private static void Require(bool holds, string field)
    {
        if (!holds)
        {
            throw GuideFit.Refusal(GuideTexts.NotWith, field);
        }
    }

    private sealed class Answer(UnetSlope unet) : IPredictorGradient
    {
        private double[] state = [], direction = [], noise = [], slope = [];

        public void Pull(ReadOnlySpan<float> input, float timestep, ReadOnlySpan<float> cotangent, Span<float> gradient)
        {
            if (state.Length != input.Length)
            {
                (state, direction, noise, slope) = (new double[input.Length], new double[input.Length], new double[input.Length], new double[input.Length]);
            }

            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(input, state);
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(cotangent, direction);
            unet.Estimate(state, new NoiseLevel(1, 1, timestep), direction, noise, slope);
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(slope, gradient);
        }
    }

    private sealed class LatentPictures(PictureSlope pictures, LatentShape shape, GeneratorNoise noise, CancellationToken cancellation) : IEstimateLoss
    {
        public void Gradient(ReadOnlySpan<float> x0, Span<float> gradient)
        {
            var (latents, slope) = (new double[x0.Length], new double[x0.Length]);
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(x0, latents);
            pictures.Evaluate(latents, shape, noise, slope, cancellation);
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(slope, gradient);
        }
    }
}
