using System.Numerics.Tensors;

namespace DiffusionHub.Pipelines.Tiling;

/// <summary>Overlapping pieces of a plane.</summary>
/// <param name="Rows">Its pieces from top to bottom.</param>
/// <param name="Columns">Its pieces from left to right.</param>
internal sealed record TileGrid(TileAxis Rows, TileAxis Columns)
{
    /// <summary>Pieces.</summary>
    public int Count => Rows.Starts.Count * Columns.Starts.Count;

    /// <summary>Elements of a piece.</summary>
    public int Piece => Rows.Tile * Columns.Tile;

    /// <summary>The same pieces where each element has become a square of <paramref name="factor"/>².</summary>
    public TileGrid Times(int factor) => new(Rows.Times(factor), Columns.Times(factor));

    /// <summary>Where a piece begins, and its weights.</summary>
    public (int Top, int Left, int Row, int Column) Place(int index)
    {
        var (row, column) = Math.DivRem(index, Columns.Starts.Count);
        return (Rows.Starts[row], Columns.Starts[column], row, column);
    }

    /// <summary>Cuts a piece out of each of some planes.</summary>
    /// <param name="index">The piece.</param>
    /// <param name="planes">Shape (any, height, width).</param>
    /// <param name="pieces">Shape (any, piece's height, piece's width).</param>
    public void Cut(int index, ReadOnlySpan<float> planes, Span<float> pieces)
    {
        var (top, left, _, _) = Place(index);
        for (var (from, to) = (0, 0); from < planes.Length; from += Rows.Length * Columns.Length)
        {
            for (var y = 0; y < Rows.Tile; y++, to += Columns.Tile)
            {
                planes.Slice(from + ((top + y) * Columns.Length) + left, Columns.Tile).CopyTo(pieces[to..]);
            }
        }
    }

    /// <summary>Adds a piece to each of some planes, times its weights.</summary>
    /// <param name="index">The piece.</param>
    /// <param name="pieces">Shape (any, piece's height, piece's width); changed.</param>
    /// <param name="planes">Shape (any, height, width).</param>
    public void Add(int index, Span<float> pieces, Span<float> planes)
    {
        var (top, left, row, column) = Place(index);
        var down = Rows.Weights(row);
        var across = Columns.Weights(column);
        for (var (from, to) = (0, 0); to < planes.Length; to += Rows.Length * Columns.Length)
        {
            for (var y = 0; y < Rows.Tile; y++, from += Columns.Tile)
            {
                var line = pieces.Slice(from, Columns.Tile);
                var target = planes.Slice(to + ((top + y) * Columns.Length) + left, Columns.Tile);
                TensorPrimitives.Multiply(line, across, line);
                TensorPrimitives.MultiplyAdd(line, down[y], target, target);
            }
        }
    }
}
