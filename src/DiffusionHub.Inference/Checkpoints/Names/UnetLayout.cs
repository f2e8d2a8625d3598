using DiffusionHub.Inference.Checkpoints.Parts;
using DiffusionHub.Inference.Graphs.Unet;

namespace DiffusionHub.Inference.Checkpoints.Names;

/// <summary>What the original code calls a label: all that joins the embedding of the noise level.</summary>
internal enum UnetLabel
{
    None,

    /// <summary>A row of a table.</summary>
    Table,

    /// <summary>A vector through two layers.</summary>
    Vector,

    /// <summary>SDXL's vector of pooled text and sizes, through two layers.</summary>
    TextAndSizes,
}

/// <summary>One resolution of a UNet: how many residual blocks on the way down, and where transformers follow them.</summary>
internal sealed record UnetLayoutLevel(int Layers, bool DownAttention, bool UpAttention);

/// <summary>How a UNet is put together, as far as names depend on it.</summary>
internal sealed record UnetLayout(IReadOnlyList<UnetLayoutLevel> Levels, UnetLabel Label)
{
    public static UnetLayout Of(UnetConfig config) => new(
        [.. config.Levels.Select(level => new UnetLayoutLevel(level.Layers, level.DownAttention, level.UpAttention))],
        config.SizeWidth is not null ? UnetLabel.TextAndSizes
        : config.Classes == UnetClasses.Table ? UnetLabel.Table
        : config.Classes == UnetClasses.None ? UnetLabel.None
        : UnetLabel.Vector);

    /// <summary>From the names of the original code. <paramref name="has"/> tells whether there is a tensor of that name.</summary>
    public static UnetLayout FromOriginal(Func<string, bool> has)
    {
        var down = new List<(int Layers, bool Attention)> { (0, false) };
        for (var n = 1; ; n++)
        {
            if (has($"input_blocks.{n}.0.op.weight"))
            {
                down.Add((0, false));
            }
            else if (has($"input_blocks.{n}.0.in_layers.0.weight"))
            {
                down[^1] = (down[^1].Layers + 1, has($"input_blocks.{n}.1.norm.weight"));
            }
            else
            {
                break;
            }
        }

        // On the way up each resolution has one block more.
        var up = new List<bool>();
        var block = 0;
        foreach (var (layers, _) in Enumerable.Reverse(down))
        {
            up.Add(has($"output_blocks.{block}.1.norm.weight"));
            block += layers + 1;
        }

        var levels = down.Select((level, i) => new UnetLayoutLevel(level.Layers, level.Attention, up[^(i + 1)])).ToList();
        var two = levels[0].DownAttention ? UnetLabel.Vector : UnetLabel.TextAndSizes;
        return new UnetLayout(levels, has("label_emb.weight") ? UnetLabel.Table : has("label_emb.0.0.weight") ? two : UnetLabel.None);
    }

    /// <summary>From the names of diffusers.</summary>
    public static UnetLayout FromDiffusers(Func<string, bool> has)
    {
        var count = Shapes.Count(i => has($"down_blocks.{i}.resnets.0.conv1.weight"));
        var levels = Enumerable.Range(0, count).Select(i => new UnetLayoutLevel(
            Shapes.Count(j => has($"down_blocks.{i}.resnets.{j}.conv1.weight")),
            has($"down_blocks.{i}.attentions.0.norm.weight"),
            has($"up_blocks.{count - 1 - i}.attentions.0.norm.weight")));
        return new UnetLayout(
            [.. levels],
            has("add_embedding.linear_1.weight") ? UnetLabel.TextAndSizes
            : has("class_embedding.weight") ? UnetLabel.Table
            : has("class_embedding.linear_1.weight") ? UnetLabel.Vector
            : UnetLabel.None);
    }
}
