using System.Numerics.Tensors;

namespace DiffusionHub.Pipelines.Evaluation;

/// <summary>The reference picture that is nearest to a picture.</summary>
/// <param name="Reference">Its number.</param>
/// <param name="Ratio">Its Euclidean distance in features, in distances from it to the reference picture that is nearest to it.</param>
internal sealed record Neighbour(int Reference, double Ratio);

/// <summary>Finds the reference pictures that are nearest to others.</summary>
/// <param name="features">(N, F), C order; two at least are different.</param>
/// <param name="width">F.</param>
internal sealed class NearestNeighbours(float[] features, int width)
{
    private readonly Dictionary<int, float> spacing = [];

    /// <summary>The nearest one.</summary>
    /// <param name="picture">(F).</param>
    public Neighbour Of(ReadOnlySpan<float> picture)
    {
        var (number, distance) = Nearest(picture, apart: false);
        if (!spacing.TryGetValue(number, out var between))
        {
            // Not itself, nor what cannot be told apart from it: a distance of zero measures nothing.
            between = spacing[number] = Nearest(Row(number), apart: true).Distance;
        }

        return new Neighbour(number, distance / between);
    }

    private (int Number, float Distance) Nearest(ReadOnlySpan<float> picture, bool apart)
    {
        var (number, nearest) = (0, float.PositiveInfinity);
        for (var i = 0; i < features.Length / width; i++)
        {
            var distance = TensorPrimitives.Distance(picture, Row(i));
            if (distance < nearest && (!apart || distance > 0))
            {
                (number, nearest) = (i, distance);
            }
        }

        return (number, nearest);
    }

    private ReadOnlySpan<float> Row(int number) => features.AsSpan(number * width, width);
}
