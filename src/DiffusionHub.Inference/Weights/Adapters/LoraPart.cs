namespace DiffusionHub.Inference.Weights.Adapters;

/// <summary>A module of a pipeline that a LoRA may change.</summary>
public enum LoraPart
{
    /// <summary>The UNet.</summary>
    Unet,

    /// <summary>The text encoder, or the first of two.</summary>
    TextEncoder,

    /// <summary>The second text encoder (SDXL).</summary>
    TextEncoder2,
}
