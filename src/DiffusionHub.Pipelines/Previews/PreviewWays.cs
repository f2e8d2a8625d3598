using System.Diagnostics;
using DiffusionHub.Imaging;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tiling;

namespace DiffusionHub.Pipelines.Previews;

/// <summary>
/// The ways in which a model can show a run so far, in the order in which they are taken: the map that its card states, a tiny autoencoder, a map fitted on
/// its own pictures, and its decoder. Only what fits the time is taken. May be used by several threads.
/// </summary>
internal sealed class PreviewWays : IDisposable
{
    // A handful of multiplications; from the first one on it is measured.
    private const double LinearGuess = 50e-9;
    private const int TrialSide = 16;
    // Then the map changes no more.
    private const int MostPictures = 32;
    // One picture of the hub's own may be all of one colour; so many are better than what its test run gave.
    private const int BetterThanCard = 4;

    private readonly ModelParts parts;
    private readonly LatentGraphs graphs;
    private readonly LinearFit fit;
    private readonly Lock learning = new();
    private readonly LinearPreview? stated;
    private readonly LinearPreview? earlier;
    private readonly LatentDecoder? tiny;
    private readonly PreviewCost linearCost = new(LinearGuess);
    private readonly PreviewCost tinyCost = new();
    private readonly PreviewCost decoderCost;
    private volatile LinearPreview? fitted;

    /// <param name="parts">The model.</param>
    /// <param name="graphs">Its graphs.</param>
    /// <param name="modelBase">What its parts must fit.</param>
    /// <exception cref="Folders.ModelFolderException">Its card's map or its tiny autoencoder does not fit it.</exception>
    public PreviewWays(ModelParts parts, LatentGraphs graphs, string? modelBase)
    {
        (this.parts, this.graphs) = (parts, graphs);
        fit = new LinearFit(parts.Vae.Channels);
        // Pixels are shown as they are.
        decoderCost = new PreviewCost(parts.Vae.LoadDecoder is null ? 0 : double.PositiveInfinity);
        var card = LinearPreview.Read(parts.Source, parts.Vae.Channels);
        var isFit = parts.Source.Card.PreviewFitted == true;
        (stated, earlier) = (isFit ? null : card, isFit ? card : null);
        tiny = stated is null ? TinyDecoder.Load(parts.Source, parts.Vae, modelBase) : null;
        if (tiny is not null)
        {
            Try(tiny);
        }
    }

    /// <summary>What was fitted on the model's pictures, where nothing better is there.</summary>
    public LinearPreview? Fitted => stated is null && tiny is null ? fitted : null;

    /// <summary>What a run looks like so far; null where no way of showing it is known to take no longer than <paramref name="within"/>.</summary>
    /// <param name="request">The run.</param>
    /// <param name="latents">Latents of one picture.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="tiles">How large latents are cut, or null.</param>
    /// <param name="within">Time that it may take; <see cref="TimeSpan.MaxValue"/>: any.</param>
    public RgbImage? Render(PictureRequest request, ReadOnlySpan<float> latents, LatentShape shape, TileSize? tiles, TimeSpan within)
    {
        var one = shape with { Count = 1 };
        if (stated is not null)
        {
            return Linear(stated, latents, one, within);
        }

        // Decoding a large picture would take longer than a step.
        var shown = latents;
        var small = one;
        if (tiles is not null && tiles.Grid(one) is not null)
        {
            (shown, small) = tiles.Thin(latents, one);
        }

        return tiny is not null && tinyCost.Fits(Pixels(small), within) ? Decode(tiny, shown, small, tinyCost)
            : (Own() ?? earlier) is { } map ? Linear(map, latents, one, within)
            : decoderCost.Fits(Pixels(small), within) ? Decode(graphs.Decoder(request.Vae), shown, small, decoderCost)
            : null;
    }

    /// <summary>Learns from finished pictures what latents look like, and what decoding them costs.</summary>
    /// <param name="request">What they were made for.</param>
    /// <param name="latents">Their latents.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="pictures">Shape (count, height, width, 3), 0..1.</param>
    /// <param name="decoding">What the decoder took for all of them.</param>
    public void Learn(PictureRequest request, ReadOnlySpan<float> latents, LatentShape shape, ReadOnlySpan<float> pictures, TimeSpan decoding)
    {
        if (parts.Vae.LoadDecoder is null)
        {
            return;
        }

        decoderCost.Learn(shape.Count * Pixels(shape), decoding);
        // Another autoencoder's colours are another matter.
        if (stated is not null || request.Vae is not null)
        {
            return;
        }

        lock (learning)
        {
            for (var i = 0; i < shape.Count && fit.Pictures < MostPictures; i++)
            {
                var one = pictures.Length / shape.Count;
                fit.Add(latents.Slice(i * shape.One, shape.One), shape with { Count = 1 }, pictures.Slice(i * one, one), parts.Vae.Factor);
                fitted = fit.Solve();
            }
        }
    }

    public void Dispose() => tiny?.Dispose();

    private LinearPreview? Own() => earlier is null || fit.Pictures >= BetterThanCard ? fitted : null;

    private RgbImage? Linear(LinearPreview map, ReadOnlySpan<float> latents, LatentShape shape, TimeSpan within)
    {
        if (!linearCost.Fits(Pixels(shape), within))
        {
            return null;
        }

        var started = Stopwatch.GetTimestamp();
        var picture = map.Render(latents, shape);
        linearCost.Learn(Pixels(shape), Stopwatch.GetElapsedTime(started));
        return picture;
    }

    private RgbImage Decode(LatentDecoder decoder, ReadOnlySpan<float> latents, LatentShape shape, PreviewCost cost)
    {
        var clock = DeviceStopwatch.Start();
        var values = decoder.Decode(latents, shape);
        cost.Learn(Pixels(shape), clock.Elapsed);
        return RgbImage.FromFloats(shape.Width * parts.Vae.Factor, shape.Height * parts.Vae.Factor, values);
    }

    // Once to warm up, and once to measure: no run shall find out that it takes too long.
    private void Try(LatentDecoder decoder)
    {
        var shape = new LatentShape(1, parts.Vae.Channels, TrialSide, TrialSide);
        var latents = new float[shape.Length];
        try
        {
            _ = Decode(decoder, latents, shape, tinyCost);
            _ = Decode(decoder, latents, shape, tinyCost);
        }
        catch
        {
            // Nobody else owns it yet.
            decoder.Dispose();
            throw;
        }
    }

    private static int Pixels(LatentShape shape) => shape.Height * shape.Width;
}
