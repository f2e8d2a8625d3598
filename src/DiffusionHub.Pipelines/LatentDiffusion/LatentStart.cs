using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;
using DiffusionHub.Sampling.Stages;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>Where a run begins, and what goes with it all the way. The order in which each draws from the generators is part of what a seed means (it is diffusers').</summary>
/// <param name="Plan">The steps that are run.</param>
/// <param name="Latents">The first state.</param>
internal sealed record LatentStart(SamplingPlan Plan, float[] Latents)
{
    /// <summary>What the model gets beside the latents.</summary>
    public ExtraChannels? Extra { get; init; }

    /// <summary>What joins the embedding of the noise level.</summary>
    public ClassLabels? Labels { get; init; }

    /// <summary>What puts the kept part of the picture back after each step, for models that know nothing of masks.</summary>
    public InpaintingBlend? Blend { get; init; }

    /// <summary>Text-to-image: noise.</summary>
    public static LatentStart FromNoise(PictureRequest request, SamplingRecipe recipe, LatentShape shape, GeneratorNoise noise)
    {
        var plan = recipe.Schedule.Plan(request.Steps);
        return new LatentStart(plan, InitialLatents.Draw(noise, shape, plan.InitialScale));
    }

    /// <summary>Image-to-image: the picture under noise.</summary>
    public static LatentStart FromPicture(PictureRequest request, SamplingRecipe recipe, LatentShape shape, GeneratorNoise noise, LatentEncoder encoder)
    {
        var plan = ImageToImage.Plan(recipe.Schedule, request.Steps, request.Strength);
        var latents = encoder.Encode(PicturePlanes.Signed(request.Init!), shape, noise);
        ImageToImage.Start(plan, latents, InitialLatents.Draw(noise, shape, scale: 1), latents);
        return new LatentStart(plan, latents);
    }

    /// <summary>Inpainting: the picture under noise, or noise alone at full strength; the mask tells what to keep.</summary>
    /// <param name="request">The request.</param>
    /// <param name="recipe">Its sampler.</param>
    /// <param name="shape">Shape of the latents.</param>
    /// <param name="noise">The generators.</param>
    /// <param name="encoder">The autoencoder.</param>
    /// <param name="knowsMasks">Whether the UNet takes mask and masked picture as channels.</param>
    public static LatentStart FromMaskedPicture(PictureRequest request, SamplingRecipe recipe, LatentShape shape, GeneratorNoise noise, LatentEncoder encoder, bool knowsMasks)
    {
        var plan = ImageToImage.Plan(recipe.Schedule, request.Steps, request.Strength);
        var picture = PicturePlanes.Signed(request.Init!);
        var mask = PicturePlanes.Mask(request.Mask!);
        var fromNoise = request.Strength == 1;
        var kept = knowsMasks && fromNoise ? null : encoder.Encode(picture, shape, noise);
        var fresh = InitialLatents.Draw(noise, shape, scale: 1);
        // Drawn even where it is not needed, so that a seed's further noise does not depend on the kind of model.
        var masked = encoder.Encode(InpaintingMask.Hide(picture, mask), shape, noise);

        var latents = new float[shape.Length];
        if (fromNoise)
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(fresh, (float)plan.InitialScale, latents);
        }
        else
        {
            ImageToImage.Start(plan, kept, fresh, latents);
        }

        var small = InpaintingMask.Shrink(mask, request.Width, request.Height, shape);
        return new LatentStart(plan, latents)
        {
            Extra = knowsMasks ? new ExtraChannels(InpaintingMask.Channels(small, masked, shape), 1 + shape.Channels) : null,
            Blend = knowsMasks ? null : new InpaintingBlend(kept!, fresh, small),
        };
    }
}
