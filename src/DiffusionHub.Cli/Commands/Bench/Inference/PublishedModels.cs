using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Cli.Commands.Bench.Inference;

/// <summary>Writes models with random weights in the shapes of published ones, as diffusers folders: they measure like the published ones, and need no download.</summary>
internal static class PublishedModels
{
    /// <summary>Whose shapes there are. Of sdxl-turbo, the autoencoder is the one that was mended for float16.</summary>
    public static readonly IReadOnlyList<string> Names = ["sd15", "sdxl", "sd-turbo", "sdxl-turbo"];

    /// <summary>Writes one.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="target">The folder to write; it must be new or empty.</param>
    /// <param name="full">float32 instead of float16.</param>
    public static void Write(string name, string target, bool full)
    {
        if (!Names.Contains(name))
        {
            throw new CommandException(Text(BenchTexts.UnknownPublished, name, string.Join(", ", Names)), ExitCodes.Usage);
        }

        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new CommandException(Text(BenchTexts.NotEmpty, target), ExitCodes.Usage);
        }

        foreach (var (file, config) in Configs(name))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(target, file))!);
            File.WriteAllText(Path.Combine(target, file), config.GetRawText());
        }

        foreach (var folder in Directory.EnumerateDirectories(target, "tokenizer*"))
        {
            PublishedVocabulary.Write(folder);
        }

        var type = full ? WeightType.Float32 : WeightType.Float16;
        foreach (var encoder in Directory.EnumerateDirectories(target, "text_encoder*"))
        {
            Plan(Path.Combine(encoder, "model.safetensors"), type, (config, plan) => ClipTextGraph.Write(ClipTextConfig.Read(config), plan));
        }

        Plan(Path.Combine(target, "unet", "diffusion_pytorch_model.safetensors"), type, (config, plan) => UnetGraph.Write(UnetConfig.Read(config), plan));
        Plan(Path.Combine(target, "vae", "diffusion_pytorch_model.safetensors"), type, (config, plan) =>
        {
            var vae = IAutoencoderConfig.Read(config);
            vae.Encoder(plan);
            vae.Decoder(plan);
        });
    }

    private static void Plan(string file, WeightType type, Action<string, WeightSet> write)
    {
        using var plan = new WeightPlan(file, type);
        var started = Stopwatch.GetTimestamp();
        write(Path.Combine(Path.GetDirectoryName(file)!, "config.json"), plan);
        var graph = Stopwatch.GetElapsedTime(started);
        plan.Write();
        Console.WriteLine(Text(BenchTexts.Written, file, plan.Parameters / 1e6, new FileInfo(file).Length / 1048576.0, graph.TotalMilliseconds));
    }

    private static Dictionary<string, JsonElement> Configs(string name)
    {
        using var stream = typeof(PublishedModels).Assembly.GetManifestResourceStream($"published.{name}")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.Clone(), StringComparer.Ordinal);
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
