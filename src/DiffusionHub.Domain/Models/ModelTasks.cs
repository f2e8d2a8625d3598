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
}
