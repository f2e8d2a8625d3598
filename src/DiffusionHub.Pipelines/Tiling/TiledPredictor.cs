using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Denoisers;

namespace DiffusionHub.Pipelines.Tiling;

/// <summary>
/// A network on latents that are too large for it: each call looks at overlapping pieces and takes the weighted mean where they overlap
/// (Bar-Tal et al. 2023, "MultiDiffusion: Fusing Diffusion Paths for Controlled Image Generation"), so that every step agrees on what lies between.
/// </summary>
/// <param name="piece">The network, on a batch of pieces.</param>
/// <param name="grid">The pieces.</param>
/// <param name="extra">Channels beside the whole latents, or null.</param>
internal sealed class TiledPredictor(UnetPredictor piece, TileGrid grid, ExtraChannels? extra) : IPredictor
{
    private readonly float[] beside = extra is null ? [] : new float[extra.Values.Length / (grid.Rows.Length * grid.Columns.Length) * grid.Piece];
    private float[] inputs = [];
    private float[] outputs = [];

    /// <summary>Called after each piece but the last of a call, with the pieces done.</summary>
    public Action<int>? AfterPiece { get; init; }

    /// <summary>Looked at before each piece.</summary>
    public CancellationToken Cancellation { get; init; }

    public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
    {
        var length = input.Length / (grid.Rows.Length * grid.Columns.Length) * grid.Piece;
        if (inputs.Length != length)
        {
            (inputs, outputs) = (new float[length], new float[length]);
        }

        output.Clear();
        for (var i = 0; i < grid.Count; i++)
        {
            Cancellation.ThrowIfCancellationRequested();
            grid.Cut(i, input, inputs);
            if (extra is not null)
            {
                grid.Cut(i, extra.Values, beside);
                piece.Beside(extra with { Values = beside });
            }

            piece.Predict(inputs, timestep, outputs);
            grid.Add(i, outputs, output);
            if (i + 1 < grid.Count)
            {
                AfterPiece?.Invoke(i + 1);
            }
        }
    }
}
