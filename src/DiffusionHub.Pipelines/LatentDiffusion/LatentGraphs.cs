using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>
/// The loaded graphs of a model but its text encoders. What only some requests need is loaded when the first of them comes, and of each kind one is kept:
/// requests that run at the same time must want the same.
/// </summary>
internal sealed class LatentGraphs(ModelParts parts) : IDisposable
{
    private readonly Lock loading = new();
    private Loaded<UnetVariant, Graph>? unet;
    private Loaded<PathStamp, LatentDecoder>? decoder;
    private Loaded<PathStamp, LatentEncoder>? encoder;
    private Loaded<PathStamp, Graph>? control;

    /// <summary>Loads what every request needs, so that the first one need not wait.</summary>
    public void Load()
    {
        Unet(new UnetVariant([], Controlled: false));
        Decoder(null);
    }

    public Graph Unet(UnetVariant variant) => Kept(ref unet, kept => kept.Fits(variant), variant, () => parts.Unet.Load(variant));

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

    public LatentDecoder Decoder(string? path) => Kept(ref decoder, PathStamp.Of(path), () =>
    {
        var vae = Vae(path);
        return new LatentDecoder(vae.LoadDecoder?.Invoke(), vae);
    });

    public LatentEncoder Encoder(string? path) => Kept(ref encoder, PathStamp.Of(path), () =>
    {
        var vae = Vae(path);
        return new LatentEncoder(vae.LoadEncoder?.Invoke() ?? throw new UnfitRequestException("init", PipelineTexts.NoEncoder), vae);
    });

    public Graph Control(string? path, Func<Graph> load) => Kept(ref control, PathStamp.Of(path), load);

    public void Dispose()
    {
        unet?.Value.Dispose();
        decoder?.Value.Dispose();
        encoder?.Value.Dispose();
        control?.Value.Dispose();
    }

    private TValue Kept<TValue>(ref Loaded<PathStamp, TValue>? kept, PathStamp key, Func<TValue> load)
        where TValue : IDisposable => Kept(ref kept, key.Equals, key, load);

    private TValue Kept<TKey, TValue>(ref Loaded<TKey, TValue>? kept, Func<TKey, bool> serves, TKey key, Func<TValue> load)
        where TValue : IDisposable
    {
        lock (loading)
        {
            if (kept is not null && serves(kept.Key))
            {
                return kept.Value;
            }

            // The old one goes first: both together may not fit in memory.
            kept?.Value.Dispose();
            kept = null;
            var value = load();
            kept = new Loaded<TKey, TValue>(key, value);
            return value;
        }
    }

    private sealed record Loaded<TKey, TValue>(TKey Key, TValue Value);
}
