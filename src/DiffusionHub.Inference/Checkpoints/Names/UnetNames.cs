using DiffusionHub.Inference.Graphs.Unet;

namespace DiffusionHub.Inference.Checkpoints.Names;

/// <summary>
/// The parameters of a UNet in diffusers and in latent diffusion's original code (Rombach et al. 2022), which numbers the blocks
/// through and does not tell residual blocks, transformers and resampling by name. The same names, with underscores, are in LoRAs for SDXL.
/// </summary>
public static class UnetNames
{
    private static readonly NamePair[] Resnet =
    [
        new("norm1", "in_layers.0"), new("conv1", "in_layers.2"), new("time_emb_proj", "emb_layers.1"),
        new("norm2", "out_layers.0"), new("conv2", "out_layers.3"), new("conv_shortcut", "skip_connection"),
    ];

    /// <summary>Names of a whole UNet.</summary>
    public static NameMap Of(UnetConfig config) => Of(UnetLayout.Of(config));

    internal static NameMap Of(UnetLayout layout) => new([.. Down(layout), .. Up(layout), new("conv_norm_out", "out.0"), new("conv_out", "out.2")]);

    /// <summary>Names of a ControlNet (Zhang et al. 2023): the way down and the middle of a UNet, and a convolution at each of its outputs.</summary>
    internal static NameMap OfControlNet(UnetLayout layout) => new(
    [
        .. Down(layout),
        .. HintNames(),
        .. Enumerable.Range(0, layout.Levels.Sum(level => level.Layers + 1)).Select(i => new NamePair($"controlnet_down_blocks.{i}", $"zero_convs.{i}.0")),
        new("controlnet_mid_block", "middle_block_out.0"),
    ]);

    private static IEnumerable<NamePair> Down(UnetLayout layout)
    {
        foreach (var pair in Embeddings(layout))
        {
            yield return pair;
        }

        yield return new("conv_in", "input_blocks.0.0");
        var n = 1;
        for (var i = 0; i < layout.Levels.Count; i++)
        {
            for (var j = 0; j < layout.Levels[i].Layers; j++, n++)
            {
                foreach (var pair in Block($"down_blocks.{i}", j, $"input_blocks.{n}", layout.Levels[i].DownAttention))
                {
                    yield return pair;
                }
            }

            if (i < layout.Levels.Count - 1)
            {
                yield return new($"down_blocks.{i}.downsamplers.0.conv", $"input_blocks.{n++}.0.op");
            }
        }

        foreach (var pair in (NamePair[])[.. ResnetIn("mid_block.resnets.0", "middle_block.0"), .. ResnetIn("mid_block.resnets.1", "middle_block.2")])
        {
            yield return pair;
        }

        yield return new("mid_block.attentions.0", "middle_block.1");
    }

    private static IEnumerable<NamePair> Up(UnetLayout layout)
    {
        var n = 0;
        for (var i = 0; i < layout.Levels.Count; i++)
        {
            var level = layout.Levels[^(i + 1)];
            for (var j = 0; j <= level.Layers; j++, n++)
            {
                foreach (var pair in Block($"up_blocks.{i}", j, $"output_blocks.{n}", level.UpAttention))
                {
                    yield return pair;
                }
            }

            if (i < layout.Levels.Count - 1)
            {
                // The last block of a level resizes after all else that it does.
                yield return new($"up_blocks.{i}.upsamplers.0.conv", $"output_blocks.{n - 1}.{(level.UpAttention ? 2 : 1)}.conv");
            }
        }
    }

    private static IEnumerable<NamePair> Block(string diffusers, int index, string original, bool attention) =>
        attention
            ? ResnetIn($"{diffusers}.resnets.{index}", $"{original}.0").Append(new($"{diffusers}.attentions.{index}", $"{original}.1"))
            : ResnetIn($"{diffusers}.resnets.{index}", $"{original}.0");

    private static IEnumerable<NamePair> ResnetIn(string diffusers, string original) =>
        Resnet.Select(pair => new NamePair($"{diffusers}.{pair.Diffusers}", $"{original}.{pair.Original}"));

    private static IEnumerable<NamePair> Embeddings(UnetLayout layout) =>
    [
        new("time_embedding.linear_1", "time_embed.0"),
        new("time_embedding.linear_2", "time_embed.2"),
        new("time_embedding.cond_proj", "time_embed.cond_proj"),
        .. layout.Label switch
        {
            UnetLabel.Table => [new("class_embedding", "label_emb")],
            UnetLabel.Vector => TwoLayers("class_embedding"),
            UnetLabel.TextAndSizes => TwoLayers("add_embedding"),
            _ => (NamePair[])[],
        },
    ];

    private static NamePair[] TwoLayers(string diffusers) => [new($"{diffusers}.linear_1", "label_emb.0.0"), new($"{diffusers}.linear_2", "label_emb.0.2")];

    // Eight convolutions with an activation after each but the last, which bring a control picture to the size of the latents.
    private static IEnumerable<NamePair> HintNames()
    {
        const int between = 6;
        yield return new("controlnet_cond_embedding.conv_in", "input_hint_block.0");
        for (var i = 0; i < between; i++)
        {
            yield return new($"controlnet_cond_embedding.blocks.{i}", $"input_hint_block.{2 * (i + 1)}");
        }

        yield return new("controlnet_cond_embedding.conv_out", $"input_hint_block.{2 * (between + 1)}");
    }
}
