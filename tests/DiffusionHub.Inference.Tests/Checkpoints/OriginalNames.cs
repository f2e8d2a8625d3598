using System.Text.RegularExpressions;

namespace DiffusionHub.Inference.Tests.Checkpoints;

/// <summary>
/// From diffusers' names back to the original ones, written down block by block for the tiny models of these tests: a second opinion
/// beside the rules that the hub has.
/// </summary>
internal static class OriginalNames
{
    // Two resolutions of one layer, attention at the first.
    private static readonly (string, string)[] TwoLevels =
    [
        ("down_blocks.0.resnets.0", "input_blocks.1.0"), ("down_blocks.0.attentions.0", "input_blocks.1.1"), ("down_blocks.0.downsamplers.0.conv", "input_blocks.2.0.op"),
        ("down_blocks.1.resnets.0", "input_blocks.3.0"),
        ("up_blocks.0.resnets.0", "output_blocks.0.0"), ("up_blocks.0.resnets.1", "output_blocks.1.0"), ("up_blocks.0.upsamplers.0.conv", "output_blocks.1.1.conv"),
        ("up_blocks.1.resnets.0", "output_blocks.2.0"), ("up_blocks.1.attentions.0", "output_blocks.2.1"),
        ("up_blocks.1.resnets.1", "output_blocks.3.0"), ("up_blocks.1.attentions.1", "output_blocks.3.1"),
    ];

    // Three resolutions of two layers, attention at the last two.
    private static readonly (string, string)[] ThreeLevels =
    [
        ("down_blocks.0.resnets.0", "input_blocks.1.0"), ("down_blocks.0.resnets.1", "input_blocks.2.0"), ("down_blocks.0.downsamplers.0.conv", "input_blocks.3.0.op"),
        ("down_blocks.1.resnets.0", "input_blocks.4.0"), ("down_blocks.1.attentions.0", "input_blocks.4.1"),
        ("down_blocks.1.resnets.1", "input_blocks.5.0"), ("down_blocks.1.attentions.1", "input_blocks.5.1"), ("down_blocks.1.downsamplers.0.conv", "input_blocks.6.0.op"),
        ("down_blocks.2.resnets.0", "input_blocks.7.0"), ("down_blocks.2.attentions.0", "input_blocks.7.1"),
        ("down_blocks.2.resnets.1", "input_blocks.8.0"), ("down_blocks.2.attentions.1", "input_blocks.8.1"),
        ("up_blocks.0.resnets.0", "output_blocks.0.0"), ("up_blocks.0.attentions.0", "output_blocks.0.1"), ("up_blocks.0.resnets.1", "output_blocks.1.0"),
        ("up_blocks.0.attentions.1", "output_blocks.1.1"), ("up_blocks.0.resnets.2", "output_blocks.2.0"), ("up_blocks.0.attentions.2", "output_blocks.2.1"),
        ("up_blocks.0.upsamplers.0.conv", "output_blocks.2.2.conv"),
        ("up_blocks.1.resnets.0", "output_blocks.3.0"), ("up_blocks.1.attentions.0", "output_blocks.3.1"), ("up_blocks.1.resnets.1", "output_blocks.4.0"),
        ("up_blocks.1.attentions.1", "output_blocks.4.1"), ("up_blocks.1.resnets.2", "output_blocks.5.0"), ("up_blocks.1.attentions.2", "output_blocks.5.1"),
        ("up_blocks.1.upsamplers.0.conv", "output_blocks.5.2.conv"),
        ("up_blocks.2.resnets.0", "output_blocks.6.0"), ("up_blocks.2.resnets.1", "output_blocks.7.0"), ("up_blocks.2.resnets.2", "output_blocks.8.0"),
    ];

    // Where the lowest resolution has no attention, what follows its last block moves up.
    private static readonly (string, string)[] NoAttentionBelow = [("up_blocks.0.upsamplers.0.conv", "output_blocks.2.1.conv"), .. ThreeLevels];

    private static readonly (string, string)[] Common =
    [
        ("time_embedding.linear_1", "time_embed.0"), ("time_embedding.linear_2", "time_embed.2"), ("add_embedding.linear_1", "label_emb.0.0"), ("add_embedding.linear_2", "label_emb.0.2"),
        ("class_embedding.linear_1", "label_emb.0.0"), ("class_embedding.linear_2", "label_emb.0.2"), ("class_embedding", "label_emb"),
        ("conv_in", "input_blocks.0.0"), ("conv_norm_out", "out.0"), ("conv_out", "out.2"),
        ("controlnet_cond_embedding.conv_in", "input_hint_block.0"), ("controlnet_cond_embedding.blocks.0", "input_hint_block.2"),
        ("controlnet_cond_embedding.blocks.1", "input_hint_block.4"), ("controlnet_cond_embedding.blocks.2", "input_hint_block.6"),
        ("controlnet_cond_embedding.blocks.3", "input_hint_block.8"), ("controlnet_cond_embedding.blocks.4", "input_hint_block.10"),
        ("controlnet_cond_embedding.blocks.5", "input_hint_block.12"), ("controlnet_cond_embedding.conv_out", "input_hint_block.14"),
        ("controlnet_down_blocks.0", "zero_convs.0.0"), ("controlnet_down_blocks.1", "zero_convs.1.0"), ("controlnet_down_blocks.2", "zero_convs.2.0"),
        ("controlnet_down_blocks.3", "zero_convs.3.0"), ("controlnet_mid_block", "middle_block_out.0"),
        ("mid_block.resnets.0", "middle_block.0"), ("mid_block.attentions.0", "middle_block.1"), ("mid_block.resnets.1", "middle_block.2"),
    ];

    private static readonly (string, string)[] Resnet =
    [
        (".norm1.", ".in_layers.0."), (".conv1.", ".in_layers.2."), (".time_emb_proj.", ".emb_layers.1."),
        (".norm2.", ".out_layers.0."), (".conv2.", ".out_layers.3."), (".conv_shortcut.", ".skip_connection."),
    ];

    private static readonly (string, string)[] OpenClip =
    [
        ("text_model.embeddings.token_embedding.weight", "token_embedding.weight"), ("text_model.embeddings.position_embedding.weight", "positional_embedding"),
        ("text_model.final_layer_norm.", "ln_final."), ("text_model.encoder.layers.", "transformer.resblocks."), ("layer_norm1", "ln_1"), ("layer_norm2", "ln_2"),
        ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj"), ("self_attn.out_proj", "attn.out_proj"),
    ];

    public static TensorFile Unet(TensorFile diffusers) => Renamed(diffusers, name =>
    {
        var blocks = !diffusers.ContainsKey("down_blocks.2.resnets.0.conv1.weight") ? TwoLevels
            : diffusers.ContainsKey("down_blocks.2.attentions.0.norm.weight") ? ThreeLevels : NoAttentionBelow;
        var (from, to) = Common.Concat(blocks).First(pair => name.StartsWith(pair.Item1 + ".", StringComparison.Ordinal));
        var rest = name[from.Length..];
        return to + (from.Contains("resnets", StringComparison.Ordinal) ? Resnet.Aggregate(rest, (text, pair) => text.Replace(pair.Item1, pair.Item2, StringComparison.Ordinal)) : rest);
    });

    // Two resolutions: the decoder counts them backwards.
    public static TensorFile Vae(TensorFile diffusers)
    {
        var file = Renamed(diffusers, name =>
        {
            return new[]
            {
                ("up_blocks.0.", "up.1."), ("up_blocks.1.", "up.0."),
                ("down_blocks.", "down."), ("mid_block.resnets.0", "mid.block_1"), ("mid_block.resnets.1", "mid.block_2"), ("mid_block.attentions.0", "mid.attn_1"),
                ("resnets.", "block."), ("conv_shortcut", "nin_shortcut"), ("downsamplers.0", "downsample"), ("upsamplers.0", "upsample"), ("conv_norm_out", "norm_out"),
                ("group_norm", "norm"), ("to_q", "q"), ("to_k", "k"), ("to_v", "v"), ("to_out.0", "proj_out"),
            }.Aggregate(name, (text, pair) => text.Replace(pair.Item1, pair.Item2, StringComparison.Ordinal));
        });
        foreach (var name in file.Keys.Where(k => k.Contains("attn_1", StringComparison.Ordinal) && file[k].Shape.Length == 2).ToList())
        {
            file[name] = file[name] with { Shape = [.. file[name].Shape, 1, 1] };
        }

        return file;
    }

    /// <summary>Query, key and value in one tensor, the projection the other way round, and (Stable Diffusion 2) a last layer that is not used.</summary>
    public static TensorFile OpenClipText(TensorFile diffusers, int layers, bool unusedLayer)
    {
        var parts = Enumerable.Range(0, layers).SelectMany(i => new[] { "weight", "bias" }, (i, parameter) => (Layer: i, Parameter: parameter)).ToDictionary(
            key => $"transformer.resblocks.{key.Layer}.attn.in_proj_{key.Parameter}",
            key => new[] { "q", "k", "v" }.Select(letter => diffusers[$"text_model.encoder.layers.{key.Layer}.self_attn.{letter}_proj.{key.Parameter}"]).ToList());
        var rest = new TensorFile();
        foreach (var (name, tensor) in diffusers.Where(t => !Regex.IsMatch(t.Key, "self_attn.[qkv]_proj", RegexOptions.None, TimeSpan.FromSeconds(1)) && t.Key != "text_projection.weight"))
        {
            rest[OpenClip.Aggregate(name, (text, pair) => text.Replace(pair.Item1, pair.Item2, StringComparison.Ordinal))] = tensor;
        }

        foreach (var (name, three) in parts)
        {
            rest[name] = new TestTensor([3 * three[0].Shape[0], .. three[0].Shape.Skip(1)], [.. three.SelectMany(t => t.Values)]);
        }

        var width = diffusers["text_model.final_layer_norm.weight"].Shape[0];
        rest["text_projection"] = diffusers.TryGetValue("text_projection.weight", out var projection) ? Transposed(projection) : TensorFile.Random(7, width, width);
        rest["logit_scale"] = new TestTensor([], [4.6f]);
        if (unusedLayer)
        {
            foreach (var name in rest.Keys.Where(k => k.Contains("resblocks.0.", StringComparison.Ordinal)).ToList())
            {
                rest[name.Replace("resblocks.0.", $"resblocks.{layers}.", StringComparison.Ordinal)] = rest[name];
            }
        }

        return rest;
    }

    public static TensorFile Behind(string prefix, TensorFile file) => Renamed(file, name => prefix + name);

    private static TensorFile Renamed(TensorFile file, Func<string, string> rename)
    {
        var renamed = new TensorFile();
        foreach (var (name, tensor) in file)
        {
            renamed.Add(rename(name), tensor);
        }

        return renamed;
    }

    private static TestTensor Transposed(TestTensor tensor)
    {
        var (rows, columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        return new TestTensor([columns, rows], [.. Enumerable.Range(0, rows * columns).Select(i => tensor.Values[(i % rows * columns) + (i / rows)])]);
    }
}
