namespace DiffusionHub.Inference.Graphs.Unet;

/// <summary>From diffusers' members to a <see cref="UnetConfig"/>; every member that would change the result is either read or refused.</summary>
internal static class UnetConfigReader
{
    // Members that only have a meaning in models of other families, with the one value that means nothing.
    private static readonly (string Key, string Only)[] Fixed =
    [
        ("act_fn", "\"silu\""), ("center_input_sample", "false"), ("dual_cross_attention", "false"), ("class_embeddings_concat", "false"), ("attention_type", "\"default\""),
        ("time_embedding_type", "\"positional\""), ("resnet_time_scale_shift", "\"default\""), ("resnet_skip_time_act", "false"), ("resnet_out_scale_factor", "1.0"),
        ("mid_block_scale_factor", "1"), ("encoder_hid_dim", "null"), ("encoder_hid_dim_type", "null"), ("cross_attention_norm", "null"), ("time_embedding_dim", "null"),
        ("time_embedding_act_fn", "null"), ("timestep_post_act", "null"), ("reverse_transformer_layers_per_block", "null"),
    ];

    public static UnetConfig Read(string path, ConfigReader config)
    {
        config.Only("_class_name", "\"UNet2DConditionModel\"");
        var channels = config.Integers("block_out_channels");
        var (down, up) = (Down(config), config.Texts("up_block_types", "UpBlock2D", "CrossAttnUpBlock2D"));
        return down.Count == channels.Count && up.Count == channels.Count
            ? Read(path, config, channels, down, [.. up.Select(type => type == "CrossAttnUpBlock2D")]) with { SampleSize = config.Integer("sample_size") }
            : throw ModelFileException.Of(GraphTexts.WrongCount, path, "down_block_types, up_block_types (beside block_out_channels)", channels.Count, $"{down.Count}, {up.Count}");
    }

    /// <summary>What a UNet and a ControlNet, which has no way up, have in common.</summary>
    public static UnetConfig ReadWayDown(string path, ConfigReader config)
    {
        var (channels, down) = (config.Integers("block_out_channels"), Down(config));
        return down.Count == channels.Count
            ? Read(path, config, channels, down, new bool[channels.Count])
            : throw ModelFileException.Of(GraphTexts.WrongCount, path, "down_block_types (beside block_out_channels)", channels.Count, down.Count);
    }

    private static IReadOnlyList<string> Down(ConfigReader config) => config.Texts("down_block_types", "DownBlock2D", "CrossAttnDownBlock2D");

    private static UnetConfig Read(string path, ConfigReader config, IReadOnlyList<int> channels, IReadOnlyList<string> down, IReadOnlyList<bool> upAttention)
    {
        foreach (var (key, only) in Fixed)
        {
            config.Only(key, only);
        }

        // The one is an old name of the other: both count heads.
        var heads = config.Integers("num_attention_heads", channels.Count, 0);
        heads = heads[0] > 0 ? heads : config.Integers("attention_head_dim", channels.Count, 8);
        var layers = config.Integers("layers_per_block", channels.Count, 2);
        config.NotNested("transformer_layers_per_block");
        var transformers = config.Integers("transformer_layers_per_block", channels.Count, 1);
        var onlyCross = config.Flags("only_cross_attention", channels.Count, false);
        var classes = Classes(config);
        var addition = config.Text("addition_embed_type", null, null, "text_time") is not null;
        var middle = config.Text("mid_block_type", "UNetMidBlock2DCrossAttn", "UNetMidBlock2DCrossAttn", "UNetMidBlock2D", null);
        return new UnetConfig
        {
            InChannels = config.Integer("in_channels"),
            OutChannels = config.Integer("out_channels", 4),
            SampleSize = 0,
            ContextWidth = ContextWidth(config, channels.Count),
            Levels = 
            [
                .. channels.Select((c, i) => new UnetLevel(
                    c, layers[i], Heads(path, heads[i], c), transformers[i], down[i] == "CrossAttnDownBlock2D", upAttention[^(i + 1)], onlyCross[i])),
            ],
            MiddleAttention = middle is null ? null : middle == "UNetMidBlock2DCrossAttn",
            MiddleOnlyCrossAttention = config.Flag("mid_block_only_cross_attention", onlyCross[0] && !config.IsList("only_cross_attention")),
            LinearProjection = config.Flag("use_linear_projection", false),
            Groups = config.Integer("norm_num_groups", 32),
            Epsilon = config.Number("norm_eps", 1e-5f),
            CosineFirst = config.Flag("flip_sin_to_cos", true),
            FrequencyShift = config.Number("freq_shift", 0),
            PadAllSides = config.Integer("downsample_padding", 1) == 1,
            InKernel = config.Integer("conv_in_kernel", 3),
            OutKernel = config.Integer("conv_out_kernel", 3),
            GuidanceWidth = config.IntegerOrNull("time_cond_proj_dim"),
            Classes = classes,
            ClassWidth = classes switch
            {
                UnetClasses.Table => config.Integer("num_class_embeds"),
                UnetClasses.Projection or UnetClasses.SimpleProjection => config.Integer("projection_class_embeddings_input_dim"),
                _ => 4 * channels[0],
            },
            ExactAttention = config.Flag("upcast_attention", false),
            SizeWidth = addition ? config.Integer("addition_time_embed_dim") : null,
            AdditionWidth = addition ? config.Integer("projection_class_embeddings_input_dim") : 0,
        };
    }

    private static UnetClasses Classes(ConfigReader config) => config.Text("class_embed_type", null, null, "timestep", "projection", "simple_projection", "identity") switch
    {
        "timestep" => UnetClasses.Timestep,
        "projection" => UnetClasses.Projection,
        "simple_projection" => UnetClasses.SimpleProjection,
        "identity" => UnetClasses.Identity,
        _ => config.IntegerOrNull("num_class_embeds") is null ? UnetClasses.None : UnetClasses.Table,
    };

    private static int ContextWidth(ConfigReader config, int count)
    {
        var widths = config.Integers("cross_attention_dim", count, 1280).Distinct().ToList();
        return widths.Count == 1 ? widths[0] : throw config.Unsupported("cross_attention_dim", $"[{string.Join(", ", widths)}]", $"{widths[0]}");
    }

    private static int Heads(string path, int heads, int channels) =>
        heads > 0 && channels % heads == 0 ? heads : throw ModelFileException.Of(GraphTexts.Divide, path, "attention_head_dim", heads, "block_out_channels", channels);
}
