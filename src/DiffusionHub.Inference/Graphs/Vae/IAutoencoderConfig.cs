using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Vae;

/// <summary>How pictures become latents and latents pictures, whatever the autoencoder.</summary>
public interface IAutoencoderConfig
{
    /// <summary>Channels of a picture.</summary>
    int PictureChannels { get; }

    /// <summary>Channels of a latent.</summary>
    int LatentChannels { get; }

    /// <summary>Pixels that a latent's side stands for.</summary>
    int Factor { get; }

    /// <summary>What a latent is multiplied by for the UNet, after <see cref="ShiftFactor"/> is taken off.</summary>
    float ScalingFactor { get; }

    /// <summary>What is taken off a latent for the UNet.</summary>
    float ShiftFactor { get; }

    /// <summary>Whether the encoder gives means and variances of latents to draw from; else it gives the latents.</summary>
    bool GivesDistribution { get; }

    /// <summary>Graph from <c>latent_sample</c> (B, C, h, w) to <c>sample</c> (B, 3, H, W), −1..1.</summary>
    /// <param name="weights">Its weights.</param>
    /// <param name="dialect">What it is written for; null: this process's device and precision.</param>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    WrittenGraph Decoder(WeightSet weights, GraphDialect? dialect = null);

    /// <summary>
    /// Graph from <c>sample</c> (B, 3, H, W), −1..1, to <c>latent_parameters</c> (B, 2C, h, w), means and logarithms of variances, or to
    /// <c>latents</c> (B, C, h, w): see <see cref="GivesDistribution"/>.
    /// </summary>
    /// <param name="weights">Its weights.</param>
    /// <param name="dialect">What it is written for; null: this process's device and precision.</param>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    WrittenGraph Encoder(WeightSet weights, GraphDialect? dialect = null);

    /// <summary>Reads the <c>config.json</c> of an autoencoder of any class that the hub knows.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    static IAutoencoderConfig Read(string path)
    {
        const string kl = "AutoencoderKL", tiny = "AutoencoderTiny", codes = "VQModel";
        return new ConfigReader(path).Text("_class_name", kl, kl, tiny, codes) switch
        {
            tiny => AutoencoderTinyConfig.Read(path),
            codes => VqModelConfig.Read(path),
            _ => AutoencoderKlConfig.Read(path),
        };
    }
}
