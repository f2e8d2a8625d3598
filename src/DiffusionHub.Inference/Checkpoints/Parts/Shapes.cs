using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints.Parts;

/// <summary>Sizes of a model as its tensors have them.</summary>
internal static class Shapes
{
    // Published models stay far below; the limit keeps products of sizes in range.
    private const long Largest = 10_000_000;

    /// <summary>Length of a dimension of the tensor <paramref name="name"/>, which must have that many dimensions.</summary>
    /// <exception cref="ModelFileException">It is missing or has another rank.</exception>
    public static int Side(this WeightSet weights, string name, int dimension, params ReadOnlySpan<int> ranks)
    {
        var shape = weights.ShapeOf(name) ?? throw ModelFileException.Of(CheckpointTexts.NoLayer, weights.Path, weights.NameInFile(name));
        return ranks.Contains(shape.Count) && shape[dimension] is > 0 and <= Largest
            ? (int)shape[dimension]
            : throw ModelFileException.Of(CheckpointTexts.Rank, weights.Path, weights.NameInFile(name), string.Join("/", ranks.ToArray()), $"[{string.Join(", ", shape)}]");
    }

    /// <summary>How many follow one another from 0 on.</summary>
    public static int Count(Func<int, bool> has)
    {
        var count = 0;
        while (has(count))
        {
            count++;
        }

        return count;
    }

    /// <summary>Groups of normalisations: 32 in all published models, fewer only where 32 does not divide the channels.</summary>
    public static int Groups(IEnumerable<int> channels)
    {
        const int published = 32;
        var groups = published;
        while (channels.Any(c => c % groups != 0))
        {
            groups /= 2;
        }

        return groups;
    }
}
