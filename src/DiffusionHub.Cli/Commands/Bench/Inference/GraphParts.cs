using DiffusionHub.Inference;
using DiffusionHub.Inference.Exported;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Cli.Commands.Bench.Inference;

/// <summary>One graph of a model in both forms.</summary>
/// <param name="Name">Its folder in the exported model.</param>
/// <param name="Output">The output that is asked for.</param>
/// <param name="Written">Writes and loads the hub's own.</param>
/// <param name="Exported">Loads the exporter's.</param>
internal sealed record GraphPart(string Name, string Output, Func<Graph> Written, Func<Graph> Exported)
{
    /// <summary>Lengths of vectors that the hub's own graphs leave open.</summary>
    public IReadOnlyDictionary<string, long> Vectors { get; init; } = new Dictionary<string, long>();

    /// <summary>Pixels that a latent's side stands for, where pictures go in or come out.</summary>
    public int Factor { get; init; } = 1;
}

/// <summary>The parts that a diffusers folder and its export both have.</summary>
internal static class GraphParts
{
    private static readonly string[] Encoders = ["text_encoder", "text_encoder_2"];

    public static IEnumerable<GraphPart> Of(string written, string exported)
    {
        if (Directory.Exists(written))
        {
            foreach (var encoder in Encoders.Where(name => Has(exported, name)))
            {
                yield return Part(encoder, "last_hidden_state", GraphRole.TextEncoder, $"{encoder}/model", (config, weights) => ClipTextGraph.Write(ClipTextConfig.Read(config), weights));
            }

            yield return Part("unet", "out_sample", GraphRole.Unet, "unet/diffusion_pytorch_model", (config, weights) => UnetGraph.Write(UnetConfig.Read(config), weights)) with { Vectors = Vectors(written) };
            var vae = IAutoencoderConfig.Read(Path.Combine(written, "vae", "config.json"));
            yield return Part("vae_encoder", "latent_parameters", GraphRole.VaeEncoder, "vae/diffusion_pytorch_model", (_, weights) => vae.Encoder(weights)) with { Factor = vae.Factor };
            yield return Part("vae_decoder", "sample", GraphRole.VaeDecoder, "vae/diffusion_pytorch_model", (_, weights) => vae.Decoder(weights)) with { Factor = vae.Factor };
        }

        GraphPart Part(string name, string output, GraphRole role, string stem, Func<string, WeightSet, WrittenGraph> write) => new(
            name,
            output,
            () =>
            {
                var file = Path.Combine(written, stem + ".safetensors");
                using var weights = WeightSet.Open(file);
                return Graph.Load(write(Path.Combine(Path.GetDirectoryName(file)!, "config.json"), weights));
            },
            () => Graph.LoadExported(Path.Combine(exported, name, "model.onnx"), role));
    }

    // SDXL's: the pooled text, and as many numbers as fit beside it.
    private static Dictionary<string, long> Vectors(string model)
    {
        var unet = UnetConfig.Read(Path.Combine(model, "unet", "config.json"));
        var encoder = Path.Combine(model, "text_encoder_2", "config.json");
        return unet.SizeWidth is { } each && File.Exists(encoder) && ClipTextConfig.Read(encoder).Projection is { } pooled
            ? new() { ["text_embeds"] = pooled, ["time_ids"] = (unet.AdditionWidth - pooled) / each }
            : [];
    }

    private static bool Has(string model, string part) => File.Exists(Path.Combine(model, part, "model.onnx"));
}
