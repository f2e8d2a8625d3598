namespace DiffusionHub.Inference.Checkpoints;

/// <summary>What a checkpoint holds.</summary>
public enum CheckpointKind
{
    /// <summary>Stable Diffusion 1.x: one CLIP text encoder of OpenAI's.</summary>
    StableDiffusion1,

    /// <summary>Stable Diffusion 2.x: one OpenCLIP text encoder, of which the last layer is not used.</summary>
    StableDiffusion2,

    /// <summary>Stable Diffusion XL: both text encoders, and the picture's size as a condition.</summary>
    StableDiffusionXl,

    /// <summary>The refiner of Stable Diffusion XL: the OpenCLIP text encoder only.</summary>
    StableDiffusionXlRefiner,

    /// <summary>A UNet alone.</summary>
    Unet,

    /// <summary>A ControlNet.</summary>
    ControlNet,

    /// <summary>An autoencoder alone.</summary>
    Vae,

    /// <summary>Additions of low rank to another model.</summary>
    Lora,
}

/// <summary>What a UNet was trained to take beside noisy latents and text.</summary>
public enum CheckpointVariant
{
    /// <summary>Nothing: 4 channels.</summary>
    TextToImage,

    /// <summary>A mask and the masked picture: 9 channels.</summary>
    Inpainting,

    /// <summary>A depth map: 5 channels.</summary>
    Depth,

    /// <summary>A picture to change as the text says (Brooks et al. 2023): 8 channels.</summary>
    Instruction,

    /// <summary>A small picture and its noise level: 7 channels.</summary>
    Upscaler,

    /// <summary>The embedding of a picture.</summary>
    PictureEmbedding,
}

/// <summary>Modules of a model that its file may leave out, for another model's to take their place.</summary>
public enum CheckpointPart
{
    /// <summary>The text encoder or encoders.</summary>
    TextEncoders,

    /// <summary>The autoencoder.</summary>
    Vae,
}

/// <summary>What a UNet computes.</summary>
public enum CheckpointPrediction
{
    /// <summary>The noise.</summary>
    Epsilon,

    /// <summary>v (Salimans and Ho 2022).</summary>
    Velocity,
}
