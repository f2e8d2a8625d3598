using DiffusionHub.Inference.Checkpoints.Names;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints.Parts;

/// <summary>The text encoders of a checkpoint, seen under transformers' names.</summary>
internal static class TextPart
{
    private const int HeadWidth = 64;

    /// <summary>The family that the text encoders of <paramref name="file"/> belong to; null: there is none.</summary>
    public static CheckpointKind? Family(SafetensorsFile file) =>
        OpenClip(file, "conditioner.embedders.1.model.") || Clip(file, "conditioner.embedders.0.transformer.") ? CheckpointKind.StableDiffusionXl
        : OpenClip(file, "conditioner.embedders.0.model.") ? CheckpointKind.StableDiffusionXlRefiner
        : OpenClip(file, "cond_stage_model.model.") ? CheckpointKind.StableDiffusion2
        : Clip(file, "cond_stage_model.transformer.") ? CheckpointKind.StableDiffusion1
        : null;

    /// <summary>The text encoders of a model of <paramref name="family"/>, in its order; none if not all are there.</summary>
    /// <exception cref="ModelFileException">The tensors contradict each other.</exception>
    public static IReadOnlyList<CheckpointTextEncoder> Find(SafetensorsFile file, CheckpointKind family) => family switch
    {
        CheckpointKind.StableDiffusion1 => Present([FindClip(file, "cond_stage_model.transformer.")]),
        CheckpointKind.StableDiffusion2 => Present([FindOpenClip(file, "cond_stage_model.model.", projected: false)]),
        CheckpointKind.StableDiffusionXl => Present([FindClip(file, "conditioner.embedders.0.transformer."), FindOpenClip(file, "conditioner.embedders.1.model.", projected: true)]),
        _ => Present([FindOpenClip(file, "conditioner.embedders.0.model.", projected: true)]),
    };

    private static IReadOnlyList<CheckpointTextEncoder> Present(CheckpointTextEncoder?[] encoders) =>
        encoders.OfType<CheckpointTextEncoder>().Count() == encoders.Length ? [.. encoders.OfType<CheckpointTextEncoder>()] : [];

    private static bool Clip(SafetensorsFile file, string prefix) => Root(file, prefix) is not null;

    private static bool OpenClip(SafetensorsFile file, string prefix) => file.Header.Tensors.ContainsKey($"{prefix}ln_final.weight");

    // Newer files leave the inner prefix out.
    private static string? Root(SafetensorsFile file, string prefix) =>
        ((string[])["text_model.", ""]).FirstOrDefault(root => file.Header.Tensors.ContainsKey($"{prefix}{root}final_layer_norm.weight"));

    private static CheckpointTextEncoder? FindClip(SafetensorsFile file, string prefix)
    {
        if (Root(file, prefix) is not { } root)
        {
            return null;
        }

        var weights = RenamedWeights.Behind(file, prefix);
        var layers = Shapes.Count(i => weights.Has($"{root}encoder.layers.{i}.layer_norm1.weight"));
        var config = Config(weights, root, layers, quick: true, projected: false);
        return new(config, weights) { PadToken = config.Vocabulary - 1 };
    }

    private static CheckpointTextEncoder? FindOpenClip(SafetensorsFile file, string prefix, bool projected)
    {
        if (!OpenClip(file, prefix))
        {
            return null;
        }

        var stored = Shapes.Count(i => file.Header.Tensors.ContainsKey($"{prefix}{OpenClipNames.Layer(i)}.ln_1.weight"));
        var layers = projected ? stored : UsedLayers(stored);
        var weights = RenamedWeights.Of(file, prefix, OpenClipNames.Of(layers), [], tensor => OpenClipViews.Of(file.Path, tensor, layers));
        return new(Config(weights, "text_model.", layers, quick: false, projected), weights) { PadToken = 0 };
    }

    // Stable Diffusion 2 takes what comes out of the last layer but one. Files that were made from diffusers' lack the last of the 24.
    private static int UsedLayers(int stored)
    {
        const int publishedUsed = 23;
        return stored == publishedUsed ? publishedUsed : Math.Max(0, stored - 1);
    }

    private static ClipTextConfig Config(WeightSet weights, string root, int layers, bool quick, bool projected)
    {
        var vocabulary = weights.Side($"{root}embeddings.token_embedding.weight", 0, 2);
        var width = weights.Side($"{root}embeddings.token_embedding.weight", 1, 2);
        return new ClipTextConfig
        {
            Vocabulary = vocabulary,
            Tokens = weights.Side($"{root}embeddings.position_embedding.weight", 0, 2),
            Width = width,
            InnerWidth = weights.Side($"{root}encoder.layers.0.mlp.fc1.weight", 0, 2),
            Layers = layers,
            Heads = width % HeadWidth == 0 ? width / HeadWidth : throw ModelFileException.Of(CheckpointTexts.Heads, weights.Path, width, "text encoder", HeadWidth),
            QuickGelu = quick,
            Epsilon = 1e-5f,
            EndToken = vocabulary - 1,
            Projection = projected ? weights.Side("text_projection.weight", 0, 2) : null,
        };
    }
}
