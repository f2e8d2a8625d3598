namespace DiffusionHub.Pipelines.Tiling;

/// <summary>Overlapping pieces of one side, all of the same length, with weights that add up to 1 everywhere.</summary>
internal sealed class TileAxis
{
    private readonly float[][] weights;

    private TileAxis(int length, int tile, int overlap, IReadOnlyList<int> starts)
    {
        (Length, Tile, Overlap, Starts) = (length, tile, overlap, starts);
        var sums = new double[length];
        foreach (var start in starts)
        {
            for (var i = 0; i < tile; i++)
            {
                sums[start + i] += Raw(i);
            }
        }

        weights = [.. starts.Select(start => Enumerable.Range(0, tile).Select(i => (float)(Raw(i) / sums[start + i])).ToArray())];
    }

    /// <summary>Length of the side.</summary>
    public int Length { get; }

    /// <summary>Length of each piece.</summary>
    public int Tile { get; }

    /// <summary>Least length that neighbours share.</summary>
    public int Overlap { get; }

    /// <summary>Where the pieces begin, rising.</summary>
    public IReadOnlyList<int> Starts { get; }

    /// <summary>As few pieces as cover the side, spread evenly; one where it is no longer than a piece.</summary>
    /// <param name="length">Length of the side.</param>
    /// <param name="tile">Length of a piece.</param>
    /// <param name="overlap">Least length that neighbours share, less than a piece.</param>
    public static TileAxis Of(int length, int tile, int overlap)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(overlap, tile);
        if (length <= tile)
        {
            return new TileAxis(length, length, overlap, [0]);
        }

        var gaps = (length - tile + tile - overlap - 1) / (tile - overlap);
        return new TileAxis(length, tile, overlap, [.. Enumerable.Range(0, gaps + 1).Select(i => (int)((long)(length - tile) * i / gaps))]);
    }

    /// <summary>The same pieces where each element has become <paramref name="factor"/> of them.</summary>
    public TileAxis Times(int factor) => new(Length * factor, Tile * factor, Overlap * factor, [.. Starts.Select(start => start * factor)]);

    /// <summary>Weights of a piece's elements.</summary>
    public ReadOnlySpan<float> Weights(int index) => weights[index];

    // Rises over the overlap, as smoothly at its ends as a cosine: what a network says near an edge is what it knows least about.
    private double Raw(int i)
    {
        var t = Overlap == 0 ? 1 : Math.Min(1, (Math.Min(i, Tile - 1 - i) + 0.5) / Overlap);
        return t * t * (3 - (2 * t));
    }
}
