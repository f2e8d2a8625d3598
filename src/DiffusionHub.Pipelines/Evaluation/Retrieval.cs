using System.Numerics.Tensors;

namespace DiffusionHub.Pipelines.Evaluation;

/// <summary>How often a picture's own caption is found among others.</summary>
/// <param name="Top1">Share of pictures whose own caption is the nearest of all, 0 to 1.</param>
/// <param name="Top5">Share whose own caption is among the nearest five.</param>
/// <param name="Captions">How many captions there were to choose from: the more, the harder.</param>
public sealed record Retrieval(double Top1, double Top5, int Captions)
{
    private const int Few = 5;

    /// <summary>Of pictures and captions.</summary>
    /// <param name="pictures">A normalised vector a picture.</param>
    /// <param name="own">The number of its caption, a picture each.</param>
    /// <param name="captions">A normalised vector a caption, no caption twice.</param>
    internal static Retrieval Of(IReadOnlyList<float[]> pictures, IReadOnlyList<int> own, IReadOnlyList<float[]> captions)
    {
        var ranks = pictures.Select((picture, i) => Rank(picture, own[i], captions)).ToList();
        return new Retrieval(ranks.Count(rank => rank == 1) / (double)ranks.Count, ranks.Count(rank => rank <= Few) / (double)ranks.Count, captions.Count);
    }

    // From 1. What cannot be told apart counts as nearer: a network that sees no differences finds nothing.
    private static int Rank(float[] picture, int own, IReadOnlyList<float[]> captions)
    {
        var alike = TensorPrimitives.Dot<float>(picture, captions[own]);
        return 1 + captions.Where((caption, i) => i != own && TensorPrimitives.Dot<float>(picture, caption) >= alike).Count();
    }
}
