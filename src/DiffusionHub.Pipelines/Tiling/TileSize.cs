namespace DiffusionHub.Pipelines.Tiling;

/// <summary>How large a picture's latents may be for a network to take them at once, and how larger ones are cut.</summary>
/// <param name="Side">Side of a piece; what is no larger is taken whole.</param>
/// <param name="Overlap">Least length that neighbours share.</param>
internal sealed record TileSize(int Side, int Overlap)
{
    /// <summary>The pieces of latents, or null where they are taken whole.</summary>
    public TileGrid? Grid(LatentShape shape) => shape.Height <= Side && shape.Width <= Side
        ? null
        : new TileGrid(TileAxis.Of(shape.Height, Side, Overlap), TileAxis.Of(shape.Width, Side, Overlap));

    /// <summary>Latents of one picture at every n-th row and column, so that they can be taken whole: for a preview.</summary>
    public (float[] Latents, LatentShape Shape) Thin(ReadOnlySpan<float> latents, LatentShape shape)
    {
        var step = (Math.Max(shape.Height, shape.Width) + Side - 1) / Side;
        var thin = shape with { Count = 1, Height = (shape.Height + step - 1) / step, Width = (shape.Width + step - 1) / step };
        var values = new float[thin.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (channel, y, x) = (i / (thin.Height * thin.Width), i / thin.Width % thin.Height, i % thin.Width);
            values[i] = latents[(((channel * shape.Height) + (y * step)) * shape.Width) + (x * step)];
        }

        return (values, thin);
    }
}
