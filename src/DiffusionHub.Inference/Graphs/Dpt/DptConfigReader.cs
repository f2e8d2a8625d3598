namespace DiffusionHub.Inference.Graphs.Dpt;

/// <summary>From transformers' members to a <see cref="DptConfig"/>; every member that would change the result is either read or refused.</summary>
internal static class DptConfigReader
{
    // Of a hybrid's pictures, these come from its convolutions.
    private const int FromBackbone = 2;

    private static readonly (string Key, string Only)[] Fixed =
    [
        ("architectures", "[\"DPTForDepthEstimation\"]"), ("hidden_act", "\"gelu\""), ("head_in_index", "-1"), ("add_projection", "false"),
        ("use_batch_norm_in_fusion_residual", "false"), ("backbone", "null"),
    ];

    public static DptConfig Read(string path, ConfigReader config)
    {
        foreach (var (key, only) in Fixed)
        {
            config.Only(key, only);
        }

        var hybrid = config.Flag("is_hybrid", false);
        var width = config.Integer("hidden_size", 768);
        var side = config.Integer("image_size", 384);
        if (!hybrid)
        {
            config.Only("backbone_config", "null");
        }

        return new DptConfig
        {
            Side = side,
            Patch = config.Divisor("patch_size", 16, "image_size", side),
            Channels = config.Integer("num_channels", 3),
            Width = width,
            InnerWidth = config.Integer("intermediate_size", 3072),
            Layers = config.Integer("num_hidden_layers", 12),
            Heads = config.Divisor("num_attention_heads", 12, "hidden_size", width),
            AttentionBias = config.Flag("qkv_bias", true),
            Epsilon = config.Number("layer_norm_eps", 1e-12f),
            OutLayers = OutLayers(path, config, hybrid),
            Stages = Stages(path, config),
            Readout = config.Text("readout_type", "project", hybrid ? ["project"] : ["project", "add", "ignore"]) switch
            {
                "add" => DptReadout.Add,
                "ignore" => DptReadout.Ignore,
                _ => DptReadout.Project,
            },
            FusionWidth = config.Integer("fusion_hidden_size", 256),
            FusionBias = config.Flag("use_bias_in_fusion_residual", true),
            Backbone = hybrid ? BitConfig.Read(path, config.Section("backbone_config")) : null,
        };
    }

    private static IReadOnlyList<int> OutLayers(string path, ConfigReader config, bool hybrid)
    {
        var (layers, count) = (config.Has("backbone_out_indices") ? config.Integers("backbone_out_indices") : [2, 5, 8, 11], config.Integer("num_hidden_layers", 12));
        if (layers.Count != Stages(path, config).Count)
        {
            throw ModelFileException.Of(GraphTexts.WrongCount, path, "backbone_out_indices (beside neck_hidden_sizes)", Stages(path, config).Count, layers.Count);
        }

        // The original goes through all layers and takes those that are named, so their order does not matter.
        IReadOnlyList<int> taken = [.. layers.Skip(hybrid ? FromBackbone : 0).Order()];
        return taken[^1] < count ? taken : throw config.Unsupported("backbone_out_indices", $"{taken[^1]}", $"0–{count - 1}");
    }

    private static IReadOnlyList<DptStage> Stages(string path, ConfigReader config)
    {
        var channels = config.Has("neck_hidden_sizes") ? config.Integers("neck_hidden_sizes") : [96, 192, 384, 768];
        var scales = config.Has("reassemble_factors") ? config.Numbers("reassemble_factors") : [4, 2, 1, 0.5f];
        foreach (var scale in scales)
        {
            if (!(scale >= 1 && float.IsInteger(scale)) && !(scale is > 0 and < 1 && float.IsInteger(1 / scale)))
            {
                throw config.Unsupported("reassemble_factors", $"{scale}", "4", "2", "1", "0.5");
            }
        }

        return channels.Count == scales.Count && channels.Count > FromBackbone
            ? [.. channels.Zip(scales, (width, scale) => new DptStage(width, scale))]
            : throw ModelFileException.Of(GraphTexts.WrongCount, path, "reassemble_factors (beside neck_hidden_sizes)", channels.Count, scales.Count);
    }
}
