using System.Security.Cryptography;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Families.StableDiffusion;

/// <summary>Latent diffusion with one CLIP text encoder (Rombach et al. 2022): Stable Diffusion 1 and 2, and the built-in sprout.</summary>
internal sealed class StableDiffusionFamily : IModelFamily
{
    private const int MostSteps = 150;
    private const string UnetWeights = "unet/diffusion_pytorch_model.safetensors";
    private static readonly string[] Weights = [UnetWeights, "text_encoder/model.safetensors", "vae/diffusion_pytorch_model.safetensors"];
    private static readonly string[] Graphs = ["text_encoder/model.onnx", "unet/model.onnx", "vae/decoder.onnx"];

    public string Name => "StableDiffusion";

    public string PipelineClass => "StableDiffusionPipeline";

    public ModelDescription Describe(ModelFolder folder)
    {
        var card = ModelCard.Read(folder);
        var unet = folder.Read("unet/config.json", DiffusersJson.Default.UnetConfig);
        var vae = folder.Read("vae/config.json", DiffusersJson.Default.VaeConfig);
        var process = NoiseProcess.Read(folder);
        var samplers = process.Samplers;
        var weights = Weights.Select(folder.Weights).ToArray();
        foreach (var graph in Graphs)
        {
            folder.File(graph);
        }

        var most = card.Limits.Steps ?? MostSteps;
        var side = unet.SampleSize * vae.Factor;
        return new ModelDescription
        {
            Name = card.Id ?? Path.GetFileName(folder.Path),
            Family = Name,
            Hash = card.Hashes.TryGetValue(UnetWeights, out var hash) ? hash : Sha256(weights[0]),
            Tasks = ["text-to-image"],
            Samplers = [.. samplers.Select(s => s.Name).OrderBy(name => name == (card.Defaults.Sampler ?? process.Own) ? 0 : 1)],
            Schedules = [.. process.Schedules.Select(c => c.Name)],
            SamplersWithSchedules = [.. samplers.Where(s => s.TakesCurves).Select(s => s.Name)],
            SamplerMaxSteps = samplers.Where(s => process.MostSteps(s) < most).ToDictionary(s => s.Name, process.MostSteps, StringComparer.Ordinal),
            DefaultSteps = card.Defaults.Steps ?? 25,
            MaxSteps = most,
            DefaultGuidance = card.Defaults.Guidance ?? 7.5,
            DefaultSide = side,
            MinSide = card.Limits.MinSide ?? side,
            MaxSide = card.Limits.MaxSide ?? side,
            SideMultiple = vae.Factor,
            // Weights as float32 from float16, and as much again for activations.
            MemoryBytes = card.MemoryBytes ?? weights.Sum(w => new FileInfo(w).Length) * 4,
            Licence = card.Licence,
        };
    }

    public IPipeline Load(ModelFolder folder)
    {
        var description = Describe(folder);
        var unetConfig = folder.Read("unet/config.json", DiffusersJson.Default.UnetConfig);
        var vae = folder.Read("vae/config.json", DiffusersJson.Default.VaeConfig);
        var tokenizer = ClipTokenizer.Read(folder, "tokenizer");
        var preview = LatentPreview.Read(folder, ModelCard.Read(folder), unetConfig.InChannels);
        var graphs = new List<Graph>();
        try
        {
            foreach (var graph in Graphs)
            {
                graphs.Add(Graph.Load(folder.File(graph)));
            }

            return new StableDiffusionPipeline(
                description,
                NoiseProcess.Read(folder),
                new PromptEncoder(tokenizer, graphs[0], unetConfig.CrossAttentionDim),
                graphs[1],
                new LatentDecoder(graphs[2], vae.Factor, vae.ScalingFactor),
                preview,
                new LatentLayout(unetConfig.InChannels, vae.Factor));
        }
        catch
        {
            // Whatever went wrong (a graph, a tokenizer, an odd shape): weights that nobody owns must not stay in memory.
            graphs.ForEach(graph => graph.Dispose());
            throw;
        }
    }

    private static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
