using DiffusionHub.Inference.Graphs.Unet;

namespace DiffusionHub.Inference.Graphs.ControlNet;

/// <summary>The <c>config.json</c> of a ControlNetModel (Zhang et al. 2023).</summary>
public sealed record ControlNetConfig
{
    /// <summary>The way down and the middle, which are those of a UNet; what it says of the way up and of the output means nothing.</summary>
    public required UnetConfig Unet { get; init; }

    /// <summary>Channels of the picture that controls.</summary>
    public required int PictureChannels { get; init; }

    /// <summary>Channels of each resolution on the picture's way to the size of the latents, the full one first.</summary>
    public required IReadOnlyList<int> PictureWidths { get; init; }

    /// <summary>Whether the picture's channels are taken as blue, green, red.</summary>
    public required bool BlueFirst { get; init; }

    /// <summary>Pixels that a latent's side stands for.</summary>
    public int Factor => 1 << (PictureWidths.Count - 1);

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static ControlNetConfig Read(string path)
    {
        var config = new ConfigReader(path);
        config.Only("global_pool_conditions", "false");
        return new ControlNetConfig
        {
            Unet = UnetConfigReader.ReadWayDown(path, config),
            PictureChannels = config.Integer("conditioning_channels", 3),
            PictureWidths = config.Has("conditioning_embedding_out_channels") ? config.Integers("conditioning_embedding_out_channels") : [16, 32, 96, 256],
            BlueFirst = config.Text("controlnet_conditioning_channel_order", "rgb", "rgb", "bgr") == "bgr",
        };
    }

    /// <summary>
    /// Holds it against the UNet that it is to control. Their inputs may differ: a ControlNet goes with the inpainting variant of its model.
    /// </summary>
    /// <param name="path">What messages call the ControlNet.</param>
    /// <param name="unet">The UNet.</param>
    /// <param name="model">What messages call the UNet.</param>
    /// <exception cref="ModelFileException">It is for another family of models.</exception>
    public void CheckFits(string path, UnetConfig unet, string model)
    {
        Compare("cross_attention_dim", $"{unet.ContextWidth}", $"{Unet.ContextWidth}");
        Compare("block_out_channels", string.Join(", ", unet.Levels.Select(l => l.Channels)), string.Join(", ", Unet.Levels.Select(l => l.Channels)));
        Compare("layers_per_block", string.Join(", ", unet.Levels.Select(l => l.Layers)), string.Join(", ", Unet.Levels.Select(l => l.Layers)));
        Compare("projection_class_embeddings_input_dim", $"{unet.AdditionWidth}", $"{Unet.AdditionWidth}");

        void Compare(string what, string expected, string found)
        {
            if (expected != found)
            {
                throw ModelFileException.Of(GraphTexts.OtherFamily, path, model, what, expected, found);
            }
        }
    }
}
