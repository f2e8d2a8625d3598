using DiffusionHub.Imaging;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Unclip;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Families.StableUnclip;

/// <summary>What a picture shows as a vector (Radford et al. 2021), under noise, beside how much noise (Ramesh et al. 2022, "Hierarchical Text-Conditional Image Generation with CLIP Latents").</summary>
internal sealed class ImageEmbedder : IDisposable
{
    private const string Encoder = "image_encoder";
    private const string Normalizer = "image_normalizer";
    private readonly ModelFolder folder;
    private readonly PicturePreprocessor preprocessor;
    private readonly ClipVisionConfig config;
    private readonly ForwardNoise noiser;
    private readonly string encoderWeights;
    private readonly string normalizerWeights;
    private Graph? encoder;
    private Graph? normalizer;

    private ImageEmbedder(ModelFolder folder)
    {
        this.folder = folder;
        config = folder.Config($"{Encoder}/config.json", ClipVisionConfig.Read);
        preprocessor = PicturePreprocessor.Read(folder, "feature_extractor/preprocessor_config.json");
        noiser = ForwardNoise.Read(folder, "image_noising_scheduler");
        encoderWeights = WeightFiles.Find(folder, Encoder, WeightFiles.Transformers);
        normalizerWeights = WeightFiles.Find(folder, Normalizer, WeightFiles.Diffusers);
        var width = folder.Config($"{Normalizer}/config.json", ImageNoiserGraph.Width);
        if (width != config.Projection)
        {
            throw ModelFolderException.Unsupported(folder.File($"{Normalizer}/config.json"), "embedding_dim", $"{width}", $"{config.Projection}");
        }

        if (preprocessor.Crop is not { } crop || crop != (config.Side, config.Side))
        {
            throw ModelFolderException.Unsupported(folder.File("feature_extractor/preprocessor_config.json"), "crop_size", $"{preprocessor.Crop}", $"{config.Side} x {config.Side}");
        }

        WeightBytes = folder.WeightBytes(encoderWeights) + folder.WeightBytes(normalizerWeights);
    }

    /// <summary>Length of its weights in bytes.</summary>
    public long WeightBytes { get; }

    /// <summary>Largest noise level.</summary>
    public int MaxNoiseLevel => noiser.Length - 1;

    /// <summary>Length of the vectors that it gives: the picture's and the level's.</summary>
    public int Width => 2 * config.Projection;

    /// <exception cref="ModelFolderException">A file is missing or damaged, or asks for what the hub cannot do.</exception>
    public static ImageEmbedder Read(ModelParts parts) => new(parts.Source.Folder);

    /// <summary>Loads it.</summary>
    public void Load()
    {
        encoder ??= folder.Load(encoderWeights, set => ClipVisionGraph.Write(config, set));
        normalizer ??= folder.Load(normalizerWeights, set => ImageNoiserGraph.Write(config.Projection, set));
    }

    /// <summary>The vectors of one picture for a batch, each under noise of its own.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="level">Noise, in training timesteps; drawn even at 0, for what is drawn after it.</param>
    /// <param name="count">Pictures of the batch.</param>
    /// <param name="noise">The generators.</param>
    public LabelVectors Embed(RgbImage picture, int level, int count, GeneratorNoise noise)
    {
        Load();
        var width = config.Projection;
        using var vectors = GraphTensor.Rent<float>(count, width);
        Encode(picture, count, vectors);
        using var fresh = GraphTensor.Rent<float>(count, width);
        noise.Fill(fresh.Values);
        var (alpha, sigma) = noiser.At(level);
        using var alphas = Filled(alpha, count, 1);
        using var sigmas = Filled(sigma, count, 1);
        using var levels = Filled(level, count);
        using var result = GraphTensor.Rent<float>(count, Width);
        normalizer!.Run([("image_embeds", vectors), ("noise", fresh), ("alpha", alphas), ("sigma", sigmas), ("noise_level", levels)], [("class_labels", result)]);
        return new LabelVectors(result.Values.ToArray(), Width);
    }

    public void Dispose()
    {
        encoder?.Dispose();
        normalizer?.Dispose();
    }

    private void Encode(RgbImage picture, int count, GraphTensor<float> vectors)
    {
        var (planes, height, width) = preprocessor.Prepare(picture);
        using var pixels = GraphTensor.Rent<float>(1, config.Channels, height, width);
        using var vector = GraphTensor.Rent<float>(1, config.Projection);
        planes.CopyTo(pixels.Values);
        encoder!.Run([("pixel_values", pixels)], [("image_embeds", vector)]);
        for (var i = 0; i < count; i++)
        {
            vector.Values.CopyTo(vectors.Values[(i * config.Projection)..]);
        }
    }

    private static GraphTensor<float> Filled(float value, params long[] shape)
    {
        var tensor = GraphTensor.Rent<float>(shape);
        tensor.Values.Fill(value);
        return tensor;
    }
}
