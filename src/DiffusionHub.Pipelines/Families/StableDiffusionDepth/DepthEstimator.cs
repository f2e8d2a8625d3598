using DiffusionHub.Imaging;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.Dpt;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Families.StableDiffusionDepth;

/// <summary>A model's own estimator of depth (Ranftl et al. 2021, "Vision Transformers for Dense Prediction"), loaded when it is first needed.</summary>
internal sealed class DepthEstimator : IDisposable
{
    private const string Module = "depth_estimator";
    private readonly ModelFolder folder;
    private readonly string weights;
    private readonly DptConfig config;
    private readonly PicturePreprocessor preprocessor;
    private Graph? graph;

    private DepthEstimator(ModelFolder folder)
    {
        this.folder = folder;
        config = folder.Config($"{Module}/config.json", DptConfig.Read);
        weights = WeightFiles.Find(folder, Module, WeightFiles.Transformers);
        preprocessor = PicturePreprocessor.Read(folder, "feature_extractor/preprocessor_config.json");
        WeightBytes = folder.WeightBytes(weights);
    }

    /// <summary>Length of its weights in bytes.</summary>
    public long WeightBytes { get; }

    /// <summary>The estimator of a model, or null where it has none: then requests bring the depth.</summary>
    /// <exception cref="ModelFolderException">It is damaged or not complete.</exception>
    public static DepthEstimator? Read(ModelParts parts) =>
        !parts.Source.IsFile && Directory.Exists(Path.Combine(parts.Source.Folder.Path, Module)) ? new DepthEstimator(parts.Source.Folder) : null;

    /// <summary>Inverse depths of a picture, in the size of what the estimator looks at.</summary>
    public DepthChoice Estimate(RgbImage picture)
    {
        graph ??= folder.Load(weights, set => DptGraph.Write(config, set));
        var (planes, height, width) = preprocessor.Prepare(picture);
        var (rows, columns) = (config.DepthSide(height), config.DepthSide(width));
        using var input = GraphTensor.Rent<float>(1, config.Channels, height, width);
        using var output = GraphTensor.Rent<float>(1, rows, columns);
        planes.CopyTo(input.Values);
        graph.Run([("pixel_values", input)], [("predicted_depth", output)]);
        return new DepthChoice(output.Values.ToArray(), rows, columns);
    }

    public void Dispose() => graph?.Dispose();
}
