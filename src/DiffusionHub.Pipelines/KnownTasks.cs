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

    /// <summary>A picture with the depth of another one and a text.</summary>
    public const string DepthToImage = "depth-to-image";

    /// <summary>A picture made larger.</summary>
    public const string Upscaling = "upscaling";

    /// <summary>A picture that shows what another one shows.</summary>
    public const string ImageVariation = "image-variation";

    /// <summary>A picture of what the model was trained on, of nothing but noise.</summary>
    public const string Unconditional = "unconditional";

    /// <summary>A picture of one of the classes that the model knows.</summary>
    public const string ClassToImage = "class-to-image";

    /// <summary>A picture from a map that says what is where.</summary>
    public const string SemanticToImage = "semantic-to-image";

    /// <summary>A picture traced back to its noise with its caption and made again with another text (EDICT, Wallace et al. 2022).</summary>
    public const string Editing = "editing";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [TextToImage, ImageToImage, Inpainting, DepthToImage, Upscaling, ImageVariation, Unconditional, ClassToImage, SemanticToImage, Editing];

    /// <summary>Whether a task begins with a picture.</summary>
    internal static bool BeginsWithPicture(string task) => task is ImageToImage or Inpainting or DepthToImage or Upscaling or ImageVariation or Editing;

    /// <summary>Those that a latent model with a text encoder can be asked for without more.</summary>
    internal static IReadOnlyList<string> Latent { get; } = [TextToImage, ImageToImage, Inpainting];
}
