using System.Text.RegularExpressions;

namespace DiffusionHub.Inference.Graphs.Unet;

/// <summary>
/// Layers of a UNet under the names of the original latent diffusion code, which counts all blocks of the way down and of the way up in
/// one line, as LoRAs for SDXL have them: <c>input_blocks_4_1_proj_in</c> is <c>down_blocks_1_attentions_0_proj_in</c>.
/// </summary>
internal sealed class LdmLayerNames
{
    private static readonly Regex Block = new(
        "^(?<block>(input_blocks_[0-9]+|output_blocks_[0-9]+|middle_block)_[0-9]+)_(?<rest>.+)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private static readonly Dictionary<string, string> Resnet = new(StringComparer.Ordinal)
    {
        ["in_layers_0"] = "norm1", ["in_layers_2"] = "conv1", ["emb_layers_1"] = "time_emb_proj", ["out_layers_0"] = "norm2", ["out_layers_3"] = "conv2", ["skip_connection"] = "conv_shortcut",
    };

    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["input_blocks_0_0"] = "conv_in", ["out_0"] = "conv_norm_out", ["out_2"] = "conv_out", ["time_embed_0"] = "time_embedding_linear_1", ["time_embed_2"] = "time_embedding_linear_2",
        ["label_emb_0_0"] = "add_embedding_linear_1", ["label_emb_0_2"] = "add_embedding_linear_2",
    };

    private readonly Dictionary<string, string> blocks = new(StringComparer.Ordinal)
    {
        ["middle_block_0"] = "mid_block_resnets_0", ["middle_block_1"] = "mid_block_attentions_0", ["middle_block_2"] = "mid_block_resnets_1",
    };

    public LdmLayerNames(UnetConfig config)
        : this([.. config.Levels.Select(level => (level.Layers, level.UpAttention))])
    {
    }

    /// <param name="levels">The layers of each level on the way down (there is one more on the way up), and whether those on the way up attend.</param>
    public LdmLayerNames(IReadOnlyList<(int Layers, bool UpAttention)> levels)
    {
        var (input, output) = (1, 0);
        for (var i = 0; i < levels.Count; i++)
        {
            var last = i == levels.Count - 1;
            var (down, up) = (levels[i], levels[^(i + 1)]);
            for (var j = 0; j < down.Layers; j++, input++)
            {
                blocks[$"input_blocks_{input}_0"] = $"down_blocks_{i}_resnets_{j}";
                blocks[$"input_blocks_{input}_1"] = $"down_blocks_{i}_attentions_{j}";
            }

            if (!last)
            {
                blocks[$"input_blocks_{input++}_0"] = $"down_blocks_{i}_downsamplers_0";
            }

            for (var j = 0; j <= up.Layers; j++, output++)
            {
                blocks[$"output_blocks_{output}_0"] = $"up_blocks_{i}_resnets_{j}";
                var upsampler = up.UpAttention ? 2 : 1;
                blocks[$"output_blocks_{output}_{upsampler}"] = $"up_blocks_{i}_upsamplers_0";
                if (up.UpAttention)
                {
                    blocks[$"output_blocks_{output}_1"] = $"up_blocks_{i}_attentions_{j}";
                }
            }
        }
    }

    /// <summary>The module's own name of <paramref name="layer"/>; as it is where it has none of those names.</summary>
    public string ToDiffusers(string layer)
    {
        if (Others.TryGetValue(layer, out var other))
        {
            return other;
        }

        var match = Block.Match(layer);
        if (!match.Success || !blocks.TryGetValue(match.Groups["block"].Value, out var block))
        {
            return layer;
        }

        var rest = match.Groups["rest"].Value;
        return $"{block}_{(Resnet.TryGetValue(rest, out var part) ? part : rest == "op" ? "conv" : rest)}";
    }
}
