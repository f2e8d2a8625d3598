using DiffusionHub.Inference.Graphs.Classifiers;
using DiffusionHub.Inference.Graphs.Clip;

namespace DiffusionHub.Inference.Graphs.DualEncoder;

/// <summary>
/// The <c>config.json</c> of a VisionTextDualEncoderModel of a residual network (He et al. 2016) and CLIP's text encoder (Radford et al. 2021), with one
/// space for the vectors of both.
/// </summary>
/// <param name="Vision">The residual network, without a classifier.</param>
/// <param name="Text">The text encoder with its projection.</param>
/// <param name="Projection">Length of the vectors of pictures and texts.</param>
public sealed record DualEncoderConfig(ResNetConfig Vision, ClipTextConfig Text, int Projection)
{
    /// <summary>Numbers that are told of a picture before the projection.</summary>
    public int Features => Vision.Stages[^1].Channels;

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static DualEncoderConfig Read(string path)
    {
        var config = new ConfigReader(path);
        config.Texts("architectures", "VisionTextDualEncoderModel");
        var (vision, text) = (config.Section("vision_config"), config.Section("text_config"));
        vision.Text("model_type", null, "resnet");
        text.Text("model_type", null, "clip_text_model");
        var projection = config.Integer("projection_dim", 512);
        return new DualEncoderConfig(ResNetConfig.Read(path, vision, []), ClipTextConfig.Read(text, projection), projection);
    }
}
