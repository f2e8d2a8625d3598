using DiffusionHub.Inference.Checkpoints.Names;
using DiffusionHub.Inference.Graphs.ControlNet;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints.Parts;

/// <summary>What shapes do not tell about a UNet.</summary>
/// <param name="Family">Its family.</param>
/// <param name="Variant">What it takes.</param>
/// <param name="Prediction">What it computes.</param>
/// <param name="PooledWidth">Length of the text's own vector, where the file has the text encoder of an SDXL model.</param>
internal sealed record UnetFacts(CheckpointKind Family, CheckpointVariant Variant, CheckpointPrediction Prediction, int? PooledWidth);

/// <summary>The config of a UNet as the shapes of its tensors tell it.</summary>
internal static class UnetSizes
{
    private const int HeadWidth = 64;
    private const int PublishedHeads = 8;
    private const int PublishedSizeWidth = 256;

    /// <exception cref="ModelFileException">The tensors contradict each other.</exception>
    public static UnetConfig Read(UnetPart part, UnetFacts facts)
    {
        var (weights, layout) = part;
        var channels = Enumerable.Range(0, layout.Levels.Count).Select(i => weights.Side($"down_blocks.{i}.resnets.0.conv1.weight", 0, 4)).ToList();
        var transformer = Attentions(weights, layout).FirstOrDefault(name => weights.Has($"{name}.transformer_blocks.0.norm1.weight"));
        var whole = weights.Has("conv_out.weight");
        var addition = layout.Label == UnetLabel.TextAndSizes ? weights.Side("add_embedding.linear_1.weight", 1, 2) : 0;
        return new UnetConfig
        {
            InChannels = weights.Side("conv_in.weight", 1, 4),
            OutChannels = whole ? weights.Side("conv_out.weight", 0, 4) : 0,
            SampleSize = SampleSize(facts),
            ContextWidth = transformer is null ? PublishedContext(facts.Family) : weights.Side($"{transformer}.transformer_blocks.0.attn2.to_k.weight", 1, 2),
            Levels = [.. channels.Select((c, i) => Level(part, facts, i, c))],
            MiddleAttention = weights.Has("mid_block.attentions.0.norm.weight"),
            MiddleOnlyCrossAttention = false,
            LinearProjection = transformer is not null && weights.ShapeOf($"{transformer}.proj_in.weight")?.Count == 2,
            Groups = Shapes.Groups(channels),
            Epsilon = 1e-5f,
            CosineFirst = true,
            FrequencyShift = 0,
            PadAllSides = true,
            InKernel = weights.Side("conv_in.weight", 2, 4),
            OutKernel = whole ? weights.Side("conv_out.weight", 2, 4) : 0,
            GuidanceWidth = weights.Has("time_embedding.cond_proj.weight") ? weights.Side("time_embedding.cond_proj.weight", 1, 2) : null,
            Classes = layout.Label switch
            {
                UnetLabel.Table => UnetClasses.Table,
                UnetLabel.Vector => UnetClasses.Projection,
                _ => UnetClasses.None,
            },
            ClassWidth = layout.Label switch
            {
                UnetLabel.Table => weights.Side("class_embedding.weight", 0, 2),
                UnetLabel.Vector => weights.Side("class_embedding.linear_1.weight", 1, 2),
                _ => 4 * channels[0],
            },
            SizeWidth = layout.Label == UnetLabel.TextAndSizes ? SizeWidth(addition, facts) : null,
            AdditionWidth = addition,
        };
    }

    /// <summary>The config of a ControlNet whose way down is that of <paramref name="unet"/>: the picture is made smaller in every second block.</summary>
    /// <exception cref="ModelFileException">The tensors contradict each other.</exception>
    public static ControlNetConfig ControlNet(UnetConfig unet, WeightSet weights)
    {
        const string picture = "controlnet_cond_embedding";
        var halvings = Shapes.Count(i => weights.Has($"{picture}.blocks.{(2 * i) + 1}.weight"));
        return new ControlNetConfig
        {
            Unet = unet,
            PictureChannels = weights.Side($"{picture}.conv_in.weight", 1, 4),
            PictureWidths = [weights.Side($"{picture}.conv_in.weight", 0, 4), .. Enumerable.Range(0, halvings).Select(i => weights.Side($"{picture}.blocks.{(2 * i) + 1}.weight", 0, 4))],
            BlueFirst = false,
        };
    }

    private static UnetLevel Level(UnetPart part, UnetFacts facts, int index, int channels)
    {
        var (weights, layout) = part;
        var level = layout.Levels[index];
        var attentions = Attentions(layout, index).ToList();
        if (index == layout.Levels.Count - 1 && weights.Has("mid_block.attentions.0.norm.weight"))
        {
            attentions.Add("mid_block.attentions.0");
        }

        var depths = attentions.Select(name => Shapes.Count(i => weights.Has($"{name}.transformer_blocks.{i}.norm1.weight"))).Distinct().ToList();
        if (depths.Count > 1)
        {
            throw ModelFileException.Of(CheckpointTexts.Uneven, weights.Path, string.Join(", ", depths));
        }

        var onlyCross = (level.DownAttention || level.UpAttention) && depths[0] > 0 && weights.Side($"{attentions[0]}.transformer_blocks.0.attn1.to_k.weight", 1, 2) != channels;
        var heads = attentions.Count > 0 ? Heads(weights, facts, channels) : 1;
        return new UnetLevel(channels, level.Layers, heads, depths.Count > 0 ? depths[0] : 1, level.DownAttention, level.UpAttention, onlyCross);
    }

    // Head counts leave no trace in the shapes: 8 at each resolution in the first family (and in the upscaler), 64 channels a head since.
    private static int Heads(WeightSet weights, UnetFacts facts, int channels)
    {
        var fixedCount = facts.Family == CheckpointKind.StableDiffusion1 || facts.Variant == CheckpointVariant.Upscaler;
        var divisor = fixedCount ? PublishedHeads : HeadWidth;
        return channels % divisor != 0 ? throw ModelFileException.Of(CheckpointTexts.Heads, weights.Path, channels, "UNet", divisor)
            : fixedCount ? PublishedHeads
            : channels / HeadWidth;
    }

    private static int SampleSize(UnetFacts facts) => facts switch
    {
        { Family: CheckpointKind.StableDiffusionXl or CheckpointKind.StableDiffusionXlRefiner } or { Variant: CheckpointVariant.Upscaler } => 128,
        { Family: CheckpointKind.StableDiffusion2, Prediction: CheckpointPrediction.Velocity } => 96,
        _ => 64,
    };

    // Some ControlNets look at no text, and their tensors do not tell how long its vectors would be.
    private static int PublishedContext(CheckpointKind family) => family switch
    {
        CheckpointKind.StableDiffusion1 => 768,
        CheckpointKind.StableDiffusion2 => 1024,
        CheckpointKind.StableDiffusionXl => 2048,
        _ => 1280,
    };

    // The base is told six numbers (size, crop, target size), the refiner five (size, crop, aesthetic score).
    private static int SizeWidth(int addition, UnetFacts facts)
    {
        var numbers = facts.Family == CheckpointKind.StableDiffusionXlRefiner ? 5 : 6;
        return facts.PooledWidth is { } pooled && addition > pooled && (addition - pooled) % (2 * numbers) == 0 ? (addition - pooled) / numbers : PublishedSizeWidth;
    }

    private static IEnumerable<string> Attentions(WeightSet weights, UnetLayout layout) =>
        Enumerable.Range(0, layout.Levels.Count).SelectMany(i => Attentions(layout, i)).Append("mid_block.attentions.0").Where(name => weights.Has($"{name}.norm.weight"));

    private static IEnumerable<string> Attentions(UnetLayout layout, int index)
    {
        var level = layout.Levels[index];
        var down = Enumerable.Range(0, level.DownAttention ? level.Layers : 0).Select(j => $"down_blocks.{index}.attentions.{j}");
        var up = Enumerable.Range(0, level.UpAttention ? level.Layers + 1 : 0).Select(j => $"up_blocks.{layout.Levels.Count - 1 - index}.attentions.{j}");
        return down.Concat(up);
    }
}
