namespace DiffusionHub.Domain.Models;

/// <summary>What models can be asked to do, by the names in capability records.</summary>
public static class ModelTasks
{
    /// <summary>A picture from a text.</summary>
    public const string TextToImage = "text-to-image";

    /// <summary>A picture from a picture and a text.</summary>
    public const string ImageToImage = "image-to-image";

    /// <summary>A part of a picture made anew.</summary>
    public const string Inpainting = "inpainting";
}
