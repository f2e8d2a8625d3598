using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>The loaded graphs of a model but its text encoders. What only some requests need is loaded when the first of them comes, and of each kind one is kept.</summary>
internal sealed class LatentGraphs(ModelParts parts) : IDisposable
{
    private Kept<UnetVariant, Graph>? unet;
    private Kept<PathStamp, LatentDecoder>? decoder;
    private Kept<PathStamp, LatentEncoder>? encoder;
    private Kept<PathStamp, Graph>? control;

    /// <summary>Loads what every request needs, so that the first one need not wait.</summary>
    public void Load()
    {
        Unet(new UnetVariant([], Controlled: false));
        Decoder(null);
    }

    public Graph Unet(UnetVariant variant) => unet is { } kept && kept.Key.Fits(variant) ? kept.Value : Replace(ref unet, variant, () => parts.Unet.Load(variant));

    /// <summary>The autoencoder that a request wants.</summary>
    /// <param name="path">Its folder, or null for the model's own.</param>
    /// <exception cref="UnfitRequestException">It cannot be used.</exception>
    public VaePart Vae(string? path)
    {
        try
        {
            return path is null ? parts.Vae : VaeFolder.Read(path, parts.Vae.ScalingFactor);
        }
        catch (ModelFolderException fault)
        {
            throw new UnfitRequestException("vae", fault.Message);
        }
    }

    public LatentDecoder Decoder(string? path) => decoder is { } kept && kept.Key == PathStamp.Of(path) ? kept.Value : Replace(ref decoder, PathStamp.Of(path), () =>
    {
        var vae = Vae(path);
        return new LatentDecoder(vae.LoadDecoder?.Invoke(), vae);
    });

    public LatentEncoder Encoder(string? path) => encoder is { } kept && kept.Key == PathStamp.Of(path) ? kept.Value : Replace(ref encoder, PathStamp.Of(path), () =>
    {
        var vae = Vae(path);
        return new LatentEncoder(vae.LoadEncoder?.Invoke() ?? throw new UnfitRequestException("init", PipelineTexts.NoEncoder), vae);
    });

    public Graph Control(string? path, Func<Graph> load) => control is { } kept && kept.Key == PathStamp.Of(path) ? kept.Value : Replace(ref control, PathStamp.Of(path), load);

    public void Dispose()
    {
        unet?.Value.Dispose();
        decoder?.Value.Dispose();
        encoder?.Value.Dispose();
        control?.Value.Dispose();
    }

    // The old one goes first: both together may not fit in memory.
    private static TValue Replace<TKey, TValue>(ref Kept<TKey, TValue>? kept, TKey key, Func<TValue> load)
        where TValue : IDisposable
    {
        kept?.Value.Dispose();
        kept = null;
        var value = load();
        kept = new Kept<TKey, TValue>(key, value);
        return value;
    }

    private sealed record Kept<TKey, TValue>(TKey Key, TValue Value);
}
