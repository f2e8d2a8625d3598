namespace DiffusionHub.Web.Shared.Models;

/// <summary>What beside models the catalogue holds, by the names that workers announce.</summary>
internal static class AssetKinds
{
    /// <summary>A low-rank adapter.</summary>
    public const string Lora = "lora";

    /// <summary>A ControlNet.</summary>
    public const string ControlNet = "controlnet";

    /// <summary>A network whose gradient can lead a picture.</summary>
    public const string Guide = "guide";

    /// <summary>An autoencoder that can take a model's own's place.</summary>
    public const string Vae = "vae";
}
