using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>Losses of pictures that a request's guide stands for.</summary>
internal static class PictureLosses
{
    /// <summary>Random squares of a picture, as CLIP-guided diffusion and DOODL were published with.</summary>
    public const int PublishedCutouts = 16;

    /// <summary>Squares where nothing else is said: classifiers see the whole picture, as in their training.</summary>
    public static int Cutouts(GuideKind kind) => kind == GuideKind.Classifier ? 1 : PublishedCutouts;

    /// <summary>Loads the guide of a request.</summary>
    /// <param name="choice">The guide, and what it shall see.</param>
    /// <param name="prompt">The request's prompt, which CLIP shall see where the guide names no target.</param>
    /// <param name="cutouts">Random squares of each picture; 1: the same view each time; null: <see cref="Cutouts"/>.</param>
    /// <exception cref="UnfitRequestException">It cannot be used, knows only noisy states, or does not know the target.</exception>
    public static IPictureLoss Load(GuideChoice choice, string prompt, int? cutouts = null)
    {
        var guide = GuideFit.Read(choice);
        return guide.Kind == GuideKind.NoisyClassifier ? throw GuideFit.Refusal(GuideTexts.OnlyNoisy, choice.Name) : Load(guide, choice, prompt, cutouts);
    }

    /// <inheritdoc cref="Load(GuideChoice, string, int?)"/>
    public static IPictureLoss Load(GuideFolder guide, GuideChoice choice, string prompt, int? cutouts = null) => GuideFit.Refusing(() =>
    {
        var target = guide.Kind switch
        {
            GuideKind.Classifier => OneHot(guide, choice),
            GuideKind.Clip => Encode(guide, Text(choice, prompt)),
            _ => choice.Target is null ? null : throw GuideFit.Refusal(GuideTexts.NoTarget, choice.Name),
        };
        return new PictureLoss(guide.Load(), guide.Input!, target, cutouts ?? Cutouts(guide.Kind));
    });

    /// <summary>A one in the place of the class that is wanted.</summary>
    public static float[] OneHot(GuideFolder guide, GuideChoice choice)
    {
        var target = new float[guide.Classes];
        target[GuideTarget.Class(guide, choice)] = 1;
        return target;
    }

    // Of an empty text nothing can be seen.
    private static string Text(GuideChoice choice, string prompt) =>
        choice.Target is { } target && !string.IsNullOrWhiteSpace(target) ? target
        : !string.IsNullOrWhiteSpace(prompt) ? prompt
        : throw GuideFit.Refusal(GuideTexts.NeedsText, choice.Name);

    private static float[] Encode(GuideFolder guide, string text)
    {
        var config = guide.Text!;
        using var encoder = new TextEncoder(new TextEncoderPart(
            config,
            () => ClipTokenizer.Read(guide.Folder, "."),
            _ => guide.Folder.Load(guide.Weights, set => Inference.Graphs.Clip.ClipTextGraph.Write(config, set, dialect: Inference.Graphs.Dialects.GraphDialect.Portable))));
        encoder.Load([]);
        return encoder.Vector(text);
    }
}
