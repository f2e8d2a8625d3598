using DiffusionHub.Inference.Checkpoints.Names;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints.Parts;

/// <summary>An autoencoder in a checkpoint, seen under diffusers' names.</summary>
internal static class VaePart
{
    // Nothing else in an autoencoder's training would be missed: only what encodes and decodes must be known.
    private static readonly string[] Modules = ["encoder.", "decoder."];

    /// <summary>The autoencoder of <paramref name="file"/>, or null.</summary>
    public static RenamedWeights? Find(SafetensorsFile file)
    {
        foreach (var prefix in (string[])["first_stage_model.", "vae.", ""])
        {
            bool Has(string name) => file.Header.Tensors.ContainsKey(prefix + name);
            if (Has("decoder.up.0.block.0.conv1.weight"))
            {
                var levels = Shapes.Count(i => Has($"decoder.up.{i}.block.0.conv1.weight"));
                var layers = Shapes.Count(j => Has($"decoder.up.0.block.{j}.conv1.weight")) - 1;
                return RenamedWeights.Of(file, prefix, VaeNames.Of(levels, layers), Modules, AsLinear);
            }

            if (Has("decoder.up_blocks.0.resnets.0.conv1.weight"))
            {
                return RenamedWeights.Behind(file, prefix);
            }
        }

        return null;
    }

    /// <summary>Its config, as the shapes tell it.</summary>
    /// <param name="weights">The autoencoder.</param>
    /// <param name="scalingFactor">What no shape tells.</param>
    /// <exception cref="ModelFileException">The tensors contradict each other.</exception>
    public static AutoencoderKlConfig Config(WeightSet weights, float scalingFactor)
    {
        var levels = Shapes.Count(i => weights.Has($"decoder.up_blocks.{i}.resnets.0.conv1.weight"));
        var channels = Enumerable.Range(0, levels).Select(i => weights.Side($"decoder.up_blocks.{levels - 1 - i}.resnets.0.conv1.weight", 0, 4)).ToList();
        return new AutoencoderKlConfig
        {
            PictureChannels = weights.Side("decoder.conv_out.weight", 0, 4),
            LatentChannels = weights.Side("decoder.conv_in.weight", 1, 4),
            BlockChannels = channels,
            LayersPerBlock = Shapes.Count(j => weights.Has($"decoder.up_blocks.0.resnets.{j}.conv1.weight")) - 1,
            Groups = Shapes.Groups(channels),
            MidAttention = weights.Has("decoder.mid_block.attentions.0.group_norm.weight"),
            QuantConv = weights.Has("quant_conv.weight"),
            PostQuantConv = weights.Has("post_quant_conv.weight"),
            ScalingFactor = scalingFactor,
        };
    }

    /// <summary>The factor of the published models of <paramref name="family"/>.</summary>
    public static float ScalingFactor(CheckpointKind? family, CheckpointVariant variant) =>
        variant == CheckpointVariant.Upscaler ? 0.08333f
        : family is CheckpointKind.StableDiffusionXl or CheckpointKind.StableDiffusionXlRefiner ? 0.13025f
        : 0.18215f;

    // The original's attention projects with 1×1 convolutions, (C, C, 1, 1), diffusers' with layers, (C, C): the same numbers.
    private static IEnumerable<WeightTensor> AsLinear(WeightTensor tensor)
    {
        const string middle = ".mid.attn_1.";
        var at = tensor.Name.IndexOf(middle, StringComparison.Ordinal);
        var half = at > 0 ? tensor.Name[..at] : "";
        string? layer = at < 0 ? null : tensor.Name[(at + middle.Length)..] switch
        {
            "q.weight" => "to_q",
            "k.weight" => "to_k",
            "v.weight" => "to_v",
            "proj_out.weight" => "to_out.0",
            _ => null,
        };
        return layer is not null && tensor.Shape is [var rows, var columns, 1, 1]
            ? [tensor with { Name = $"{half}.mid_block.attentions.0.{layer}.weight", Shape = [rows, columns] }]
            : [];
    }
}
