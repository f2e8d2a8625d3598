using System.Numerics.Tensors;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Tiling;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>
/// Stage: latents to pictures through a VAE's decoder, one picture at a time and, where it is large, piece by piece, which bounds the memory;
/// without a decoder the latents are pictures.
/// </summary>
internal sealed class LatentDecoder(Graph? graph, VaePart vae) : IDisposable
{
    private const int Colours = 3;

    /// <summary>Pictures of shape (count, height, width, 3), 0..1.</summary>
    /// <param name="latents">The latents.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="tiles">How they are cut where they are large; null: they are taken whole.</param>
    /// <param name="cancellation">Looked at between pictures and pieces.</param>
    public float[] Decode(ReadOnlySpan<float> latents, LatentShape shape, TileSize? tiles = null, CancellationToken cancellation = default)
    {
        var one = shape.Height * vae.Factor * shape.Width * vae.Factor * Colours;
        var pictures = new float[shape.Count * one];
        for (var i = 0; i < shape.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var from = latents.Slice(i * shape.One, shape.One);
            var to = pictures.AsSpan(i * one, one);
            if (graph is null)
            {
                Interleave(from, shape.Channels, to);
            }
            else if (tiles?.Grid(shape) is { } grid)
            {
                Decode(graph, from, shape, grid, to, cancellation);
            }
            else
            {
                using var planes = Planes(graph, from, shape.Channels, shape.Height, shape.Width);
                Interleave(planes.Values, Colours, to);
            }
        }

        return pictures;
    }

    /// <summary>Pictures as planes (count, 3, height, width), as the decoder gives them: about −1..1.</summary>
    public void Planes(ReadOnlySpan<float> latents, LatentShape shape, Span<float> pictures, CancellationToken cancellation = default)
    {
        var one = pictures.Length / shape.Count;
        for (var i = 0; i < shape.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var from = latents.Slice(i * shape.One, shape.One);
            if (graph is null)
            {
                from.CopyTo(pictures[(i * one)..]);
            }
            else
            {
                using var planes = Planes(graph, from, shape.Channels, shape.Height, shape.Width);
                planes.Values.CopyTo(pictures[(i * one)..]);
            }
        }
    }

    public void Dispose() => graph?.Dispose();

    private void Decode(Graph decoder, ReadOnlySpan<float> latents, LatentShape shape, TileGrid grid, Span<float> picture, CancellationToken cancellation)
    {
        var piece = new float[shape.Channels * grid.Piece];
        var pixels = grid.Times(vae.Factor);
        for (var i = 0; i < grid.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            grid.Cut(i, latents, piece);
            using var planes = Planes(decoder, piece, shape.Channels, grid.Rows.Tile, grid.Columns.Tile);
            Blend(planes.Values, pixels, i, picture);
        }

        TensorPrimitives.Max(picture, 0f, picture);
        TensorPrimitives.Min(picture, 1f, picture);
    }

    private GraphTensor<float> Planes(Graph decoder, ReadOnlySpan<float> latents, int channels, int height, int width)
    {
        using var input = GraphTensor.Rent<float>(1, channels, height, width);
        TensorPrimitives.Divide(latents, vae.ScalingFactor, input.Values);
        TensorPrimitives.Add(input.Values, vae.Shift, input.Values);
        var output = GraphTensor.Rent<float>(1, Colours, height * vae.Factor, width * vae.Factor);
        try
        {
            decoder.Run([("latent_sample", input)], [("sample", output)]);
            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    // A piece (3, h·w) in −1..1 into (height·width, 3) in 0..1, times its weights.
    private static void Blend(ReadOnlySpan<float> planes, TileGrid grid, int index, Span<float> pixels)
    {
        var (top, left, row, column) = grid.Place(index);
        var down = grid.Rows.Weights(row);
        var across = grid.Columns.Weights(column);
        for (var i = 0; i < planes.Length; i++)
        {
            var (channel, y, x) = (i / grid.Piece, i / grid.Columns.Tile % grid.Rows.Tile, i % grid.Columns.Tile);
            pixels[(Colours * (((top + y) * grid.Columns.Length) + left + x)) + channel] += down[y] * across[x] * ((planes[i] / 2) + 0.5f);
        }
    }

    // (channels, h·w) in −1..1 to (h·w, 3) in 0..1; one channel is grey.
    private static void Interleave(ReadOnlySpan<float> planes, int channels, Span<float> pixels)
    {
        var plane = planes.Length / channels;
        for (var i = 0; i < plane; i++)
        {
            for (var colour = 0; colour < Colours; colour++)
            {
                pixels[(Colours * i) + colour] = Math.Clamp((planes[(Math.Min(colour, channels - 1) * plane) + i] / 2) + 0.5f, 0, 1);
            }
        }
    }
}
