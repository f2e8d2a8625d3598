using DiffusionHub.Inference.Graphs.Unet;

namespace DiffusionHub.Inference.Graphs.PlainUnet;

/// <summary>From diffusers' members to a <see cref="PlainUnetConfig"/>; every member that would change the result is either read or refused.</summary>
internal static class PlainUnetConfigReader
{
    // Members that only have a meaning in models of other families, with the one value that means nothing.
    private static readonly (string Key, string Only)[] Fixed =
    [
        ("act_fn", "\"silu\""), ("center_input_sample", "false"), ("time_embedding_type", "\"positional\""), ("time_embedding_dim", "null"), ("mid_block_scale_factor", "1"),
    ];

    public static PlainUnetConfig Read(string path, ConfigReader config)
    {
        foreach (var (key, only) in Fixed)
        {
            config.Only(key, only);
        }

        var middle = config.Text("mid_block_type", "UNetMidBlock2D", "UNetMidBlock2D", null) is not null;
        var middleAttention = middle && config.Flag("add_attention", true);
        var adaptive = config.Text("resnet_time_scale_shift", "default", "default", "scale_shift") == "scale_shift";
        var groups = config.Integer("norm_num_groups", 32);
        var classes = Classes(config);
        var sides = config.IsList("sample_size") ? config.Integers("sample_size", 2, 0) : [.. Enumerable.Repeat(config.Integer("sample_size"), 2)];
        return new PlainUnetConfig
        {
            InChannels = config.Integer("in_channels", 3),
            OutChannels = config.Integer("out_channels", 3),
            Height = sides[0],
            Width = sides[1],
            Levels = Levels(path, config, middleAttention),
            LayersPerBlock = config.Integer("layers_per_block", 2),
            Middle = middle,
            MiddleAttention = middleAttention,
            MiddleAttentionGroups = config.IntegerOrNull("attn_norm_num_groups") ?? (adaptive ? null : groups),
            Groups = groups,
            Epsilon = config.Number("norm_eps", 1e-5f),
            AdaptiveNorm = adaptive,
            CosineFirst = config.Flag("flip_sin_to_cos", true),
            FrequencyShift = config.Number("freq_shift", 0),
            PadAllSides = config.Integer("downsample_padding", 1) == 1,
            Classes = classes,
            ClassCount = classes == UnetClasses.Table ? config.Integer("num_class_embeds") : 0,
        };
    }

    private static IReadOnlyList<PlainUnetLevel> Levels(string path, ConfigReader config, bool middleAttention)
    {
        var channels = config.Integers("block_out_channels");
        var down = config.Texts("down_block_types", "DownBlock2D", "AttnDownBlock2D", "ResnetDownsampleBlock2D");
        var up = config.Texts("up_block_types", "UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D");
        if (down.Count != channels.Count || up.Count != channels.Count)
        {
            throw ModelFileException.Of(GraphTexts.WrongCount, path, "down_block_types, up_block_types (beside block_out_channels)", channels.Count, $"{down.Count}, {up.Count}");
        }

        // Only blocks with attention heed how they are told to change the size.
        var downByResnet = config.Text("downsample_type", "conv", "conv", "resnet", null) == "resnet";
        var upByResnet = config.Text("upsample_type", "conv", "conv", "resnet", null) == "resnet";
        var headWidth = config.IntegerOrNull("attention_head_dim");
        return [.. channels.Select(Level)];

        PlainUnetLevel Level(int width, int i)
        {
            var (downType, upType, isLast) = (down[i], up[^(i + 1)], i == channels.Count - 1);
            var (downAttention, upAttention) = (downType == "AttnDownBlock2D", upType == "AttnUpBlock2D");
            return new PlainUnetLevel(
                width,
                downAttention || upAttention || (isLast && middleAttention) ? Heads(path, headWidth ?? width, width) : 1,
                downAttention,
                upAttention,
                downAttention ? downByResnet : downType == "ResnetDownsampleBlock2D",
                upAttention ? upByResnet : upType == "ResnetUpsampleBlock2D");
        }
    }

    private static UnetClasses Classes(ConfigReader config) => config.Text("class_embed_type", null, null, "timestep", "identity") switch
    {
        "timestep" => UnetClasses.Timestep,
        "identity" => UnetClasses.Identity,
        _ => config.IntegerOrNull("num_class_embeds") is null ? UnetClasses.None : UnetClasses.Table,
    };

    private static int Heads(string path, int headWidth, int channels) =>
        headWidth > 0 && channels % headWidth == 0 ? channels / headWidth : throw ModelFileException.Of(GraphTexts.Divide, path, "attention_head_dim", headWidth, "block_out_channels", channels);
}
