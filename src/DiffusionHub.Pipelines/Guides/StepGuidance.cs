using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Guidance;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>A guide in each step of a run: of the noisy states themselves, or of the clean pictures that the model expects at them.</summary>
/// <param name="likelihood">What the guide likes.</param>
/// <param name="scale">Factor of its gradient.</param>
/// <param name="owned">What the run's end closes.</param>
internal sealed class StepGuidance(IStateLikelihood likelihood, double scale, params IReadOnlyList<IDisposable> owned) : IDisposable
{
    /// <summary>Guidance by a noise-aware classifier.</summary>
    /// <param name="guide">The classifier.</param>
    /// <param name="choice">What it shall see.</param>
    /// <param name="shape">Shape of the states: latents, or pictures of 3 channels.</param>
    /// <exception cref="UnfitRequestException">It does not fit the states, or does not know the class.</exception>
    public static StepGuidance OfStates(GuideFolder guide, GuideChoice choice, LatentShape shape)
    {
        GuideFit.CheckStates(guide, choice, shape);
        var target = PictureLosses.OneHot(guide, choice);
        var classifier = GuideFit.Refusing(() => new NoisyClassifier(guide.Load(), shape, target));
        return new StepGuidance(new NoisyLikelihood(classifier), choice.Scale, classifier);
    }

    /// <summary>Guidance by what a network thinks of the estimate of the clean pictures, for models whose states are pictures.</summary>
    /// <param name="guide">The network.</param>
    /// <param name="choice">What it shall see.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="shape">Shape of the pictures.</param>
    /// <param name="denoiser">Makes a network's denoiser.</param>
    /// <param name="network">The model's gradient.</param>
    /// <param name="noise">Draws cutouts.</param>
    /// <exception cref="UnfitRequestException">The guide does not know the target.</exception>
    public static StepGuidance OfPictures(
        GuideFolder guide, GuideChoice choice, string prompt, LatentShape shape, Func<IPredictor, IDenoiser> denoiser, IPredictorGradient network, GeneratorNoise noise)
    {
        var loss = PictureLosses.Load(guide, choice, prompt);
        return new StepGuidance(new EstimateLikelihood(denoiser, network, new EstimatedPictures(loss, shape, noise)), choice.Scale, loss);
    }

    /// <summary>The guided denoiser.</summary>
    public IDenoiser Lead(IDenoiser denoiser) => new ClassifierGuidance(denoiser, likelihood, scale);

    public void Dispose()
    {
        foreach (var one in owned)
        {
            one.Dispose();
        }
    }
}
