using DiffusionHub.Inference.Checkpoints.Names;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints.Parts;

/// <summary>A UNet, or the half of one that a ControlNet is, in a checkpoint.</summary>
internal sealed record UnetPart(RenamedWeights Weights, UnetLayout Layout)
{
    private const string Prefix = "model.diffusion_model.";
    private const string ControlPrefix = "control_model.";

    private const string FirstBlock = "down_blocks.0.resnets.0.conv1.weight";

    // ControlNets for several kinds of pictures at once have layers of their own.
    private static readonly string[] Union = ["task_embedding", "control_add_embedding.linear_1.weight"];

    // In diffusers' files of one part there is no prefix, and so it is in files that some programs write in the original names.
    private static readonly string[] Modules = ["input_blocks.", "middle_block.", "output_blocks.", "time_embed.", "label_emb.", "out."];

    /// <summary>The UNet of <paramref name="file"/>, or null.</summary>
    public static UnetPart? Find(SafetensorsFile file)
    {
        bool Has(string name) => file.Header.Tensors.ContainsKey(name);
        foreach (var prefix in (string[])[Prefix, ""])
        {
            if (Has(prefix + "input_blocks.0.0.weight"))
            {
                var layout = UnetLayout.FromOriginal(name => Has(prefix + name));
                return new UnetPart(RenamedWeights.Of(file, prefix, UnetNames.Of(layout), Modules), layout);
            }
        }

        return Has(FirstBlock) && Has("time_embedding.linear_1.weight") && Has("up_blocks.0.resnets.0.conv1.weight")
            ? new UnetPart(RenamedWeights.Behind(file, ""), UnetLayout.FromDiffusers(Has))
            : null;
    }

    /// <summary>The ControlNet of <paramref name="file"/>, or null.</summary>
    public static UnetPart? FindControlNet(SafetensorsFile file)
    {
        bool Has(string name) => file.Header.Tensors.ContainsKey(name);
        foreach (var prefix in (string[])[ControlPrefix, ""])
        {
            if (Has(prefix + "input_hint_block.0.weight"))
            {
                var layout = UnetLayout.FromOriginal(name => Has(prefix + name));
                return new UnetPart(RenamedWeights.Of(file, prefix, UnetNames.OfControlNet(layout), [.. Modules, "zero_convs.", "input_hint_block."]), layout);
            }
        }

        if (Union.FirstOrDefault(Has) is { } union)
        {
            throw ModelFileException.Of(CheckpointTexts.UnknownModule, file.Path, union);
        }

        return Has("controlnet_cond_embedding.conv_in.weight") && Has(FirstBlock) ? new UnetPart(RenamedWeights.Behind(file, ""), UnetLayout.FromDiffusers(Has)) : null;
    }

    /// <summary>
    /// The family that it belongs to, by how it is built: SDXL has no attention at the full resolution, its refiner none at the lowest
    /// either (ControlNets may have none at all); the projections around transformers are convolutions in the first Stable Diffusion only.
    /// </summary>
    public CheckpointKind Family()
    {
        if (Layout.Label is UnetLabel.TextAndSizes)
        {
            return Layout.Levels.Any(level => level.DownAttention) && !Layout.Levels[^1].DownAttention ? CheckpointKind.StableDiffusionXlRefiner : CheckpointKind.StableDiffusionXl;
        }

        const int convolution = 4;
        return Weights.ShapeOf("mid_block.attentions.0.proj_in.weight")?.Count == convolution ? CheckpointKind.StableDiffusion1 : CheckpointKind.StableDiffusion2;
    }

    /// <summary>What it takes beside noisy latents and text.</summary>
    /// <exception cref="ModelFileException">It takes another number of channels than any known.</exception>
    public CheckpointVariant Variant()
    {
        var channels = Weights.Side("conv_in.weight", 1, 4);
        return channels switch
        {
            4 when Layout.Label == UnetLabel.Vector => CheckpointVariant.PictureEmbedding,
            4 => CheckpointVariant.TextToImage,
            5 => CheckpointVariant.Depth,
            7 => CheckpointVariant.Upscaler,
            8 => CheckpointVariant.Instruction,
            9 => CheckpointVariant.Inpainting,
            _ => throw ModelFileException.Of(CheckpointTexts.Channels, Weights.Path, channels),
        };
    }
}
