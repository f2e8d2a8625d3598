namespace DiffusionHub.Pipelines;

/// <summary>What can be asked of models, by the names that capability records and documents use.</summary>
public static class KnownTasks
{
    /// <summary>A picture from a text.</summary>
    public const string TextToImage = "text-to-image";

    /// <summary>A picture from a picture and a text.</summary>
    public const string ImageToImage = "image-to-image";

    /// <summary>A part of a picture made anew.</summary>
    public const string Inpainting = "inpainting";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [TextToImage, ImageToImage, Inpainting];
}
