using System.Text.Json;
using DiffusionHub.Imaging;

namespace DiffusionHub.Pipelines;

/// <summary>A scheduler by diffusers' names; the model's own keys that the class knows are kept.</summary>
/// <param name="ClassName">Class, such as <c>EulerDiscreteScheduler</c>.</param>
/// <param name="Set">Keys that win over the model's.</param>
public sealed record SchedulerChoice(string ClassName, IReadOnlyDictionary<string, JsonElement> Set);

/// <summary>A low-rank adapter (Hu et al. 2021) and its weight.</summary>
/// <param name="Path">Its <c>.safetensors</c> file.</param>
/// <param name="Weight">Factor of what it adds; negative takes away.</param>
public sealed record AdapterChoice(string Path, double Weight)
{
    /// <summary>What the picture's parameters call it: the catalogue's name, or its file's.</summary>
    public string Name { get; init; } = PartName.Of(Path);
}

/// <summary>A picture that a ControlNet (Zhang et al. 2023) reads: edges, depth, a pose.</summary>
/// <param name="Picture">The picture.</param>
public sealed record ControlChoice(RgbImage Picture)
{
    /// <summary>Folder or file of the ControlNet; null: the model's own.</summary>
    public string? Path { get; init; }

    /// <summary>What the picture's parameters call it; null: the model's own.</summary>
    public string? Name { get => field ?? (Path is null ? null : PartName.Of(Path)); init; }

    /// <summary>Factor of what it adds to the UNet.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Part of the way, 0 to 1, from which it acts.</summary>
    public double Start { get; init; }

    /// <summary>Part of the way, 0 to 1, until which it acts.</summary>
    public double End { get; init; } = 1;
}

/// <summary>A second model that goes on from the first's unfinished latents (Podell et al. 2023, section 2.5).</summary>
/// <param name="Path">Its folder or file.</param>
/// <param name="Switch">Part of the noise, 0 to 1, at which it takes over.</param>
public sealed record RefinerChoice(string Path, double Switch)
{
    /// <summary>What the picture's parameters call it: the catalogue's name, or its file's.</summary>
    public string Name { get; init; } = PartName.Of(Path);
}

/// <summary>What SDXL is told about sizes (Podell et al. 2023, section 2.2). Absent values are the picture's own.</summary>
public sealed record SizeConditions
{
    /// <summary>Size of the picture before it was scaled.</summary>
    public (int Height, int Width)? Original { get; init; }

    /// <summary>Size of the picture that is wanted.</summary>
    public (int Height, int Width)? Target { get; init; }

    /// <summary>What was cut off.</summary>
    public (int Top, int Left) Crop { get; init; }

    /// <summary>How beautiful the picture shall be, for the refiner.</summary>
    public double Aesthetic { get; init; } = 6;

    /// <summary>The same of what the picture must not be.</summary>
    public double NegativeAesthetic { get; init; } = 2.5;
}

/// <summary>How deep a picture is, of any unit: larger is nearer, as MiDaS and DPT estimate it.</summary>
/// <param name="Values">Shape (<paramref name="Height"/>, <paramref name="Width"/>), C order.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public sealed record DepthChoice(float[] Values, int Height, int Width)
{
    /// <summary>The depth that a picture shows: light is near.</summary>
    public static DepthChoice Of(RgbImage picture)
    {
        var values = new float[picture.Width * picture.Height];
        for (var i = 0; i < values.Length; i++)
        {
            // As Rec. 601 weighs colours; of a grey picture it is the level itself.
            var pixel = picture.Pixels.AsSpan(3 * i, 3);
            values[i] = ((0.299f * pixel[0]) + (0.587f * pixel[1]) + (0.114f * pixel[2])) / 255;
        }

        return new DepthChoice(values, picture.Height, picture.Width);
    }
}

/// <summary>How a picture is traced back to its noise: EDICT (Wallace et al. 2022, "Exact Diffusion Inversion via Coupled Transformations").</summary>
/// <param name="Caption">What the picture shows now.</param>
public sealed record InversionChoice(string Caption)
{
    /// <summary>The <see cref="Mix"/> that EDICT and DOODL were published with.</summary>
    public const double PublishedMix = 0.93;

    /// <summary>How much each of the two coupled latents keeps of itself in a mixing step, 0.5 to 1 (the paper's p).</summary>
    public double Mix { get; init; } = PublishedMix;
}

/// <summary>A network whose gradient leads a picture to where it likes it: a classifier, CLIP, or an aesthetic score.</summary>
/// <param name="Path">Its folder or file.</param>
public sealed record GuideChoice(string Path)
{
    /// <summary>What the picture's parameters call it: the catalogue's name, or its file's.</summary>
    public string Name { get; init; } = PartName.Of(Path);

    /// <summary>The class that a classifier shall see: its number or its name; the text that CLIP shall see, null for the prompt.</summary>
    public string? Target { get; init; }

    /// <summary>Factor of its gradient (Dhariwal and Nichol 2021, section 4.1); with <see cref="Rounds"/> of the loss.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>How many times the first latents are bettered through the whole way (DOODL, Wallace et al. 2023); 0: the gradient is added in each step.</summary>
    public int Rounds { get; init; }
}
