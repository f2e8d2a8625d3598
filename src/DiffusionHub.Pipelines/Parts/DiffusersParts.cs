using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>The parts of a diffusers folder with <c>.safetensors</c> weights, for which the hub writes the graphs.</summary>
internal static class DiffusersParts
{
    private const string Unet = "unet";

    /// <exception cref="ModelFolderException">A file is missing, truncated, or asks for what the hub cannot do.</exception>
    public static ModelParts Read(ModelSource source, ModelIndex index)
    {
        var folder = source.Folder;
        var unet = folder.Config($"{Unet}/config.json", UnetConfig.Read);
        var encoders = new Dictionary<int, TextEncoderPart>();
        var weights = new List<string> { WeightFiles.Find(folder, Unet, WeightFiles.Diffusers), WeightFiles.Find(folder, "vae", WeightFiles.Diffusers) };
        foreach (var (number, name) in index.TextEncoders)
        {
            encoders.Add(number, Text(folder, name, number));
            weights.Add(WeightFiles.Find(folder, name, WeightFiles.Transformers));
        }

        return new ModelParts
        {
            Source = source,
            PipelineClass = index.ClassName,
            MainFile = folder.File(weights[0]),
            WeightBytes = weights.Sum(folder.WeightBytes),
            Process = NoiseProcess.Read(folder),
            TextEncoders = encoders,
            Unet = new UnetPart(UnetTraits.Of(unet), variant => AdapterFiles.Use(
                variant.Adapters,
                adapters => folder.Load(weights[0], set => variant.Of(UnetGraph.Write(unet, set, new UnetGraphOptions { Adapters = adapters, ControlInputs = variant.Controlled, Dialect = variant.Dialect }))))),
            Vae = VaeFolder.Read(folder, "vae"),
            ControlNet = folder.Has("controlnet/config.json") ? ControlNetFolder.Read(folder, "controlnet") : null,
            ForceZerosForEmptyPrompt = index.ForceZerosForEmptyPrompt,
        };
    }

    private static TextEncoderPart Text(ModelFolder folder, string name, int number)
    {
        var config = folder.Config($"{name}/config.json", ClipTextConfig.Read);
        var weights = WeightFiles.Find(folder, name, WeightFiles.Transformers);
        return new TextEncoderPart(
            config,
            () => ClipTokenizer.Read(folder, number == 1 ? "tokenizer" : $"tokenizer_{number}"),
            choices => AdapterFiles.Use(choices, adapters => folder.Load(weights, set => ClipTextGraph.Write(config, set, adapters, number))));
    }
}
