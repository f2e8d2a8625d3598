using System.Text.RegularExpressions;

namespace DiffusionHub.Inference.Weights.Adapters;

/// <summary>What a tensor of a LoRA is for.</summary>
internal enum LoraRole
{
    Up,
    Down,
    Middle,
    Alpha,
}

/// <summary>The name of a tensor in a LoRA, taken apart.</summary>
/// <param name="Part">The module it is for.</param>
/// <param name="Layer">The layer in it, in the one spelling of <see cref="Flat"/>.</param>
/// <param name="Role">What it is for.</param>
internal readonly record struct LoraKey(LoraPart Part, string Layer, LoraRole Role)
{
    // What peft puts around a module.
    private const string Wrapper = "base_model.model.";

    private static readonly Regex Ending = new(
        @"^(?<path>.+?)(\.lora_(?<role>up|down|mid|A|B)(\.default)?\.weight|(\.lora|(?<old>_lora)|\.lora_linear_layer)\.((?<role>up|down)\.weight|(?<role>alpha))|\.(?<role>alpha))$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    // As kohya's scripts, peft and diffusers begin names; the last three are files of one module, which name no part.
    private static readonly (string Prefix, LoraPart Part, string Keep)[] Prefixes =
    [
        ("lora_unet_", LoraPart.Unet, ""), ("lora_te1_", LoraPart.TextEncoder, ""), ("lora_te2_", LoraPart.TextEncoder2, ""), ("lora_te_", LoraPart.TextEncoder, ""),
        ("unet.", LoraPart.Unet, ""), ("text_encoder.", LoraPart.TextEncoder, ""), ("text_encoder_2.", LoraPart.TextEncoder2, ""),
        ("down_blocks.", LoraPart.Unet, "down_blocks."), ("mid_block.", LoraPart.Unet, "mid_block."), ("up_blocks.", LoraPart.Unet, "up_blocks."),
        ("text_model.", LoraPart.TextEncoder, ""),
    ];

    /// <summary>Takes <paramref name="name"/> apart; null where it is no LoRA's.</summary>
    public static LoraKey? Parse(string name)
    {
        var match = Ending.Match(name.Replace(Wrapper, "", StringComparison.Ordinal));
        if (!match.Success)
        {
            return null;
        }

        var path = match.Groups["path"].Value;
        foreach (var (prefix, part, keep) in Prefixes)
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal))
            {
                path = keep + path[prefix.Length..].Replace(".processor.", ".", StringComparison.Ordinal);
                return new LoraKey(part, Flat(match.Groups["old"].Success ? Projection(path, part) : path), Purpose(match.Groups["role"].Value));
            }
        }

        return null;
    }

    /// <summary>kohya's spelling of a module's path, underscores for dots, and without what only some libraries put before a text encoder's layers.</summary>
    public static string Flat(string path)
    {
        const string prefix = "text_model_";
        var flat = path.Replace('.', '_');
        return flat.StartsWith(prefix, StringComparison.Ordinal) ? flat[prefix.Length..] : flat;
    }

    private static LoraRole Purpose(string text) => text switch
    {
        "up" or "B" => LoraRole.Up,
        "down" or "A" => LoraRole.Down,
        "mid" => LoraRole.Middle,
        _ => LoraRole.Alpha,
    };

    // The first files of diffusers name the layers of an attention by what they do, in both kinds of module alike.
    private static string Projection(string path, LoraPart part)
    {
        var (block, layer) = (path[..(path.LastIndexOf('.') + 1)], path[(path.LastIndexOf('.') + 1)..]);
        return block + (layer, part) switch
        {
            ("to_out", LoraPart.Unet) => "to_out.0",
            (_, LoraPart.Unet) => layer,
            ("to_q" or "to_k" or "to_v" or "to_out", _) => layer[3..] + "_proj",
            _ => layer,
        };
    }
}
