using DiffusionHub.Inference.Graphs.Bert;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>A text encoder of the first latent diffusion model with text, and its tokenizer.</summary>
/// <param name="Traits">Its config.</param>
/// <param name="Tokenizer">Reads the tokenizer.</param>
/// <param name="Load">Loads the graph.</param>
internal sealed record BertPart(LdmBertConfig Traits, Func<WordPieceTokenizer> Tokenizer, Func<Inference.Graph> Load);

/// <summary>The parts of a diffusers folder of the first latent diffusion model with text, whose encoder was learnt with it.</summary>
internal static class BertParts
{
    private const string Unet = "unet";
    private const string Vae = "vqvae";
    private const string Encoder = "bert";

    /// <exception cref="ModelFolderException">A file is missing, truncated, or asks for what the hub cannot do.</exception>
    public static ModelParts Read(ModelSource source, ModelIndex index)
    {
        var folder = source.Folder;
        var unet = folder.Config($"{Unet}/config.json", UnetConfig.Read);
        var bert = folder.Config($"{Encoder}/config.json", LdmBertConfig.Read);
        string[] weights =
        [
            WeightFiles.Find(folder, Unet, WeightFiles.Diffusers), WeightFiles.Find(folder, Vae, WeightFiles.Diffusers), WeightFiles.Find(folder, Encoder, WeightFiles.Transformers),
        ];
        Require(folder, "max_position_embeddings", bert.Tokens, bert.Tokens >= WordPieceTokenizer.Length, WordPieceTokenizer.Length);
        Require(folder, "d_model", bert.Width, bert.Width == unet.ContextWidth, unet.ContextWidth);
        return new ModelParts
        {
            Source = source,
            PipelineClass = index.ClassName,
            MainFile = folder.File(weights[0]),
            WeightBytes = weights.Sum(folder.WeightBytes),
            Process = NoiseProcess.Read(folder),
            TextEncoders = new Dictionary<int, TextEncoderPart>(),
            Bert = new BertPart(bert, () => WordPieceTokenizer.Read(folder, "tokenizer"), () => folder.Load(weights[2], set => LdmBertGraph.Write(bert, set))),
            Unet = new UnetPart(
                UnetTraits.Of(unet),
                variant => variant.Adapters.Count > 0
                    ? throw new UnfitRequestException("loras", PipelineTexts.NoAdapters)
                    : folder.Load(weights[0], set => variant.Of(UnetGraph.Write(unet, set, new UnetGraphOptions { ControlInputs = variant.Controlled, Dialect = variant.Dialect }))),
                TakesControls: false),
            Vae = VaeFolder.Read(folder, Vae),
        };
    }

    private static void Require(ModelFolder folder, string key, int found, bool holds, int expected)
    {
        if (!holds)
        {
            throw ModelFolderException.Unsupported(folder.File($"{Encoder}/config.json"), key, $"{found}", $"{expected}");
        }
    }
}
