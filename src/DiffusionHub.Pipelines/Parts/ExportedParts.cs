using DiffusionHub.Inference.Exported;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>The parts of a folder of ONNX graphs, in the layout of optimum or of the older exporters, whose folders have fewer configs.</summary>
internal static class ExportedParts
{
    private const string Graph = "model.onnx";
    private const string Unet = "unet";
    private const string Decoder = "vae_decoder";
    private const string Encoder = "vae_encoder";
    private static readonly string[] Prefixes = ["ORT", "Onnx"];

    /// <summary>Whether the folder is one of ONNX graphs.</summary>
    public static bool IsThere(ModelSource source) => source.Folder.Has($"{Unet}/{Graph}");

    /// <exception cref="ModelFolderException">A file is missing, damaged, or asks for what the hub cannot do.</exception>
    public static ModelParts Read(ModelSource source)
    {
        var folder = source.Folder;
        var index = folder.Read(ModelIndex.FileName, DiffusersJson.Default.ModelIndex);
        var unet = Traits(folder);
        return new ModelParts
        {
            Source = source,
            PipelineClass = PipelineClass(index.ClassName),
            MainFile = folder.File($"{Unet}/{Graph}"),
            WeightBytes = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length),
            Process = NoiseProcess.Read(folder),
            TextEncoders = index.TextEncoders.ToDictionary(encoder => encoder.Key, encoder => Text(folder, encoder.Value, encoder.Key, unet)),
            Unet = new UnetPart(unet, variant => variant.Sloped ? throw new UnfitRequestException("guide", PipelineTexts.NoSlopes) : !variant.Controlled
                ? AdapterFiles.Use(variant.Adapters, adapters => folder.LoadExported($"{Unet}/{Graph}", GraphRole.Unet, adapters))
                : throw new UnfitRequestException("control", PipelineTexts.NoControlInputs), TakesControls: false),
            Vae = Vae(folder, unet),
            ForceZerosForEmptyPrompt = index.ForceZerosForEmptyPrompt,
        };
    }

    // Exporters' pipelines are diffusers' under another name.
    internal static string PipelineClass(string name) =>
        Prefixes.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) is { } exporter ? name[exporter.Length..] : name;

    private static UnetTraits Traits(ModelFolder folder)
    {
        var exported = folder.Config($"{Unet}/{Graph}", ExportedUnetTraits.Read);
        var config = folder.Has($"{Unet}/config.json") ? folder.Config($"{Unet}/config.json", UnetConfig.Read) : null;
        var channels = exported.InChannels ?? config?.InChannels ?? Usual.LatentChannels;
        return new UnetTraits(channels, exported.OutChannels ?? config?.OutChannels ?? Usual.LatentChannels, config?.SampleSize ?? exported.Width ?? Usual.SampleSize)
        {
            ContextWidth = exported.ContextWidth ?? config?.ContextWidth ?? Usual.ContextWidth,
            GuidanceWidth = exported.TakesGuidance ? exported.GuidanceWidth ?? config?.GuidanceWidth : null,
            OnlySize = exported is { Height: { } height, Width: { } width } ? (height, width) : null,
            OnlyTokens = exported.Tokens,
            Config = config,
        };
    }

    private static TextEncoderPart Text(ModelFolder folder, string name, int number, UnetTraits unet)
    {
        var config = folder.Has($"{name}/config.json") ? folder.Config($"{name}/config.json", ClipTextConfig.Read) : Usual.TextEncoder(unet.ContextWidth);
        folder.File($"{name}/{Graph}");
        return new TextEncoderPart(
            config,
            () => ClipTokenizer.Read(folder, number == 1 ? "tokenizer" : $"tokenizer_{number}"),
            choices => AdapterFiles.Use(choices, adapters => folder.LoadExported($"{name}/{Graph}", GraphRole.TextEncoder, adapters, number)));
    }

    private static VaePart Vae(ModelFolder folder, UnetTraits unet)
    {
        folder.File($"{Decoder}/{Graph}");
        var config = folder.Has($"{Decoder}/config.json") ? folder.Config($"{Decoder}/config.json", IAutoencoderConfig.Read) : null;
        return new VaePart(config?.LatentChannels ?? unet.OutChannels, config?.Factor ?? Usual.Factor, config?.ScalingFactor ?? (folder.Has("text_encoder_2/model.onnx") ? Usual.LargeScalingFactor : Usual.ScalingFactor))
        {
            Shift = config?.ShiftFactor ?? 0,
            LoadDecoder = () => folder.LoadExported($"{Decoder}/{Graph}", GraphRole.VaeDecoder),
            LoadEncoder = folder.Has($"{Encoder}/{Graph}") ? () => folder.LoadExported($"{Encoder}/{Graph}", GraphRole.VaeEncoder) : null,
        };
    }

    /// <summary>Stable Diffusion 1, which was exported without configs; SDXL, rarely.</summary>
    private static class Usual
    {
        public const int LatentChannels = 4;
        public const int SampleSize = 64;
        public const int ContextWidth = 768;
        public const int Factor = 8;
        public const float ScalingFactor = 0.18215f;
        public const float LargeScalingFactor = 0.13025f;

        public static ClipTextConfig TextEncoder(int width) => new()
        {
            Vocabulary = 49408, Tokens = 77, Width = width, InnerWidth = 4 * width, Layers = 12, Heads = width / 64, QuickGelu = true, Epsilon = 1e-5f, EndToken = null, Projection = null,
        };
    }
}
