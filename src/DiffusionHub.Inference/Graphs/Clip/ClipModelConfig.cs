namespace DiffusionHub.Inference.Graphs.Clip;

/// <summary>The <c>config.json</c> of a whole CLIP (Radford et al. 2021): an image encoder and a text encoder with one space for the vectors of both.</summary>
/// <param name="Vision">The image encoder.</param>
/// <param name="Text">The text encoder.</param>
public sealed record ClipModelConfig(ClipVisionConfig Vision, ClipTextConfig Text)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static ClipModelConfig Read(string path)
    {
        var config = new ConfigReader(path);
        config.Texts("architectures", "CLIPModel");
        var projection = config.Integer("projection_dim", 512);
        return new ClipModelConfig(ClipVisionConfig.Read(path, config.Section("vision_config"), projection), ClipTextConfig.Read(config.Section("text_config"), projection));
    }
}
