using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Guidance;

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
