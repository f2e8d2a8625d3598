using System.Text;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Pipelines.Tests.Stored;

/// <summary>Makes an exporter's folder out of a diffusers folder: the graphs that the hub writes, as files beside the weights.</summary>
internal static class ExportedFolder
{
    /// <summary>In optimum's layout.</summary>
    public static void Make(string folder)
    {
        var encoders = new[] { "text_encoder", "text_encoder_2" }.Where(name => Directory.Exists(Path.Combine(folder, name))).Index();
        foreach (var (index, name) in encoders)
        {
            Write(folder, name, "model", set => ClipTextGraph.Write(ClipTextConfig.Read(Path.Combine(folder, name, "config.json")), set, [], index + 1, GraphDialect.Portable));
        }

        Write(folder, "unet", "diffusion_pytorch_model", set => UnetGraph.Write(UnetConfig.Read(Path.Combine(folder, "unet", "config.json")), set, new UnetGraphOptions { Dialect = GraphDialect.Portable }));
        var vae = IAutoencoderConfig.Read(Path.Combine(folder, "vae", "config.json"));
        foreach (var (name, write) in new (string, Func<WeightSet, WrittenGraph>)[] { ("vae_decoder", set => vae.Decoder(set, GraphDialect.Portable)), ("vae_encoder", set => vae.Encoder(set, GraphDialect.Portable)) })
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "vae")))
            {
                File.Copy(file, Path.Combine(folder, name, Path.GetFileName(file)));
            }

            Write(folder, name, "diffusion_pytorch_model", write);
        }

        Directory.Delete(Path.Combine(folder, "vae"), recursive: true);
    }

    private static void Write(string folder, string module, string weights, Func<WeightSet, WrittenGraph> write)
    {
        using var set = WeightSet.Open(Path.Combine(folder, module, weights + ".safetensors"));
        // Exporters know nothing of states after the last normalisation: under a name of the same length, the hub's own are none.
        var model = Encoding.Latin1.GetString(write(set).Model.Span).Replace("normal_states", "private_state", StringComparison.Ordinal);
        File.WriteAllBytes(Path.Combine(folder, module, "model.onnx"), Encoding.Latin1.GetBytes(model));
    }
}
