using DiffusionHub.Domain.Requests;

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

    // Begun with a picture in different ways; a model that can do the first is not asked for the others.
    private static readonly string[] WithPicture = [ImageToImage, DepthToImage, Upscaling, ImageVariation];

    // Begun with noise alone.
    private static readonly string[] FromNoise = [TextToImage, Unconditional, ClassToImage, SemanticToImage];

    /// <summary>What a request asks a model to do.</summary>
    public static string Of(GenerationRequest request, ModelCapabilities model) => request switch
    {
        { Inversion: not null } => Editing,
        { Mask: not null } => Inpainting,
        { Map: not null } => SemanticToImage,
        { ClassLabel: not null } => ClassToImage,
        { Init: not null } => WithPicture.FirstOrDefault(model.Tasks.Contains, ImageToImage),
        _ => FromNoise.FirstOrDefault(model.Tasks.Contains) ?? WithPicture.FirstOrDefault(model.Tasks.Contains, TextToImage),
    };

    /// <summary>Whether a task begins with a picture.</summary>
    public static bool NeedsPicture(string task) => task is Editing or Inpainting || WithPicture.Contains(task, StringComparer.Ordinal);

    /// <summary>Whether it is said of a task how much of its picture is made anew: an upscaler and a variation begin with noise alone.</summary>
    public static bool TakesStrength(string task) => NeedsPicture(task) && task is not (Upscaling or ImageVariation);

    /// <summary>Whether a model's first latents can be bettered in rounds: those that can edit walk the way from noise too; without an encoder of pictures they only do that.</summary>
    public static bool TakesRounds(ModelCapabilities model) =>
        model.TakesGuides && (model.Tasks.Contains(Editing) || (model.Tasks.Contains(TextToImage) && !model.Tasks.Contains(ImageToImage)));

    /// <summary>Whether a task needs no words.</summary>
    public static bool NeedsNoWords(string task) => task is Upscaling or ImageVariation or Unconditional or ClassToImage or SemanticToImage;
}
