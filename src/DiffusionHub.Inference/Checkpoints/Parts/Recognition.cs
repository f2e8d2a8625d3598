using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints.Parts;

/// <summary>What a checkpoint is, and what it is not.</summary>
internal static class Recognition
{
    // A schedule of Karras et al. (2022), with statistics of its own for the latents.
    private const string EdmMarker = "edm_mean";
    private const int NamesShown = 5;
    private static readonly string[] PyTorch = [".ckpt", ".pt", ".pth", ".bin", ".pkl"];
    private static readonly string[] LoraMarks = ["lora_up.", "lora_down.", ".lora_A.", ".lora_B.", ".lora.up.", ".lora.down.", ".lora_linear_layer.", ".hada_w1_a", ".lokr_w1"];

    /// <summary>Refuses what is named as a pickle.</summary>
    /// <exception cref="ModelFileException">It is.</exception>
    public static void CheckName(string path)
    {
        var extension = Path.GetExtension(path);
        if (PyTorch.Contains(extension, StringComparer.OrdinalIgnoreCase))
        {
            throw ModelFileException.Of(CheckpointTexts.PyTorch, path, extension);
        }
    }

    /// <summary>The kind of a file by the parts that were found in it.</summary>
    /// <exception cref="ModelFileException">It is of no known kind.</exception>
    public static CheckpointKind Kind(SafetensorsFile file, bool control, bool unet, bool vae, bool text, CheckpointKind? family)
    {
        var names = file.Header.Tensors.Keys;
        return names.Contains(EdmMarker, StringComparer.Ordinal) ? throw ModelFileException.Of(CheckpointTexts.Edm, file.Path, EdmMarker)
            : control ? CheckpointKind.ControlNet
            : unet ? vae || text ? family!.Value : CheckpointKind.Unet
            : vae ? CheckpointKind.Vae
            : names.Any(name => LoraMarks.Any(mark => name.Contains(mark, StringComparison.Ordinal))) ? CheckpointKind.Lora
            : throw ModelFileException.Of(CheckpointTexts.Unknown, file.Path, file.Header.Tensors.Count, string.Join(", ", names.Take(NamesShown).Select(name => $"“{name}”")));
    }

    /// <summary>Holds the text encoders against the UNet, which sees their vectors side by side.</summary>
    /// <exception cref="ModelFileException">The lengths differ.</exception>
    public static void CheckContext(string path, IReadOnlyList<CheckpointTextEncoder> encoders, int context)
    {
        var width = encoders.Sum(encoder => encoder.Config.Width);
        if (encoders.Count > 0 && width != context)
        {
            throw ModelFileException.Of(CheckpointTexts.Context, path, width, context);
        }
    }
}
