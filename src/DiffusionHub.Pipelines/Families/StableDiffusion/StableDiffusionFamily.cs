using System.Security.Cryptography;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Families.StableDiffusion;

/// <summary>Latent diffusion with one CLIP text encoder (Rombach et al. 2022): Stable Diffusion 1 and 2, and the built-in sprout.</summary>
internal sealed class StableDiffusionFamily : IModelFamily
{
    private const int MostSteps = 150;
    private const string TextWeights = "text_encoder/model.safetensors";
    private const string UnetWeights = "unet/diffusion_pytorch_model.safetensors";
    private const string VaeWeights = "vae/diffusion_pytorch_model.safetensors";
    private static readonly string[] Weights = [UnetWeights, TextWeights, VaeWeights];

    public string Name => "StableDiffusion";

    public string PipelineClass => "StableDiffusionPipeline";

    public ModelDescription Describe(ModelFolder folder)
    {
        var card = ModelCard.Read(folder);
        var unet = folder.Config("unet/config.json", UnetConfig.Read);
        var vae = folder.Config("vae/config.json", AutoencoderKlConfig.Read);
        folder.Config("text_encoder/config.json", ClipTextConfig.Read);
        var process = NoiseProcess.Read(folder);
        var samplers = process.Samplers;
        var weights = Weights.Select(folder.Weights).ToArray();
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
        var text = folder.Config("text_encoder/config.json", ClipTextConfig.Read);
        var unet = folder.Config("unet/config.json", UnetConfig.Read);
        var vae = folder.Config("vae/config.json", AutoencoderKlConfig.Read);
        var tokenizer = ClipTokenizer.Read(folder, "tokenizer");
        var preview = LatentPreview.Read(folder, ModelCard.Read(folder), unet.InChannels);
        var graphs = new List<Graph>();
        try
        {
            graphs.Add(folder.Load(TextWeights, weights => ClipTextGraph.Write(text, weights)));
            graphs.Add(folder.Load(UnetWeights, weights => UnetGraph.Write(unet, weights)));
            graphs.Add(folder.Load(VaeWeights, weights => AutoencoderKlGraphs.Decoder(vae, weights)));
            return new StableDiffusionPipeline(
                description,
                NoiseProcess.Read(folder),
                new PromptEncoder(tokenizer, graphs[0], text.Width),
                graphs[1],
                new LatentDecoder(graphs[2], vae.Factor, vae.ScalingFactor),
                preview,
                new LatentLayout(unet.InChannels, vae.Factor));
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
