namespace DiffusionHub.Pipelines.Folders;

/// <summary>What an entry of the catalogue can be, by the names that <c>model.json</c>, capability records and documents use.</summary>
public static class ModelKinds
{
    /// <summary>A whole model.</summary>
    public const string Model = "model";

    /// <summary>A low-rank adapter.</summary>
    public const string Lora = "lora";

    /// <summary>A ControlNet.</summary>
    public const string ControlNet = "controlnet";

    /// <summary>An autoencoder that can take a model's own's place.</summary>
    public const string Vae = "vae";

    /// <summary>A network whose gradient can lead a picture: a classifier, CLIP, an aesthetic score.</summary>
    public const string Guide = "guide";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Model, Lora, ControlNet, Vae, Guide];
}
