using System.Globalization;
using DiffusionHub.Inference.Checkpoints.Parts;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints;

/// <summary>What a checkpoint's UNet computes, as far as the file tells.</summary>
/// <param name="Known">What it certainly computes; null where the file does not tell.</param>
/// <param name="Default">What to take if nobody knows better.</param>
/// <param name="Reason">Why, for people: “the file's metadata say so”.</param>
/// <param name="ZeroTerminalSnr">Whether the noise levels end in pure noise (Lin et al. 2023).</param>
public sealed record PredictionEvidence(CheckpointPrediction? Known, CheckpointPrediction Default, string Reason, bool ZeroTerminalSnr)
{
    private const string VelocityMarker = "v_pred";
    private const string ZeroSnrMarker = "ztsnr";

    /// <summary>What counts.</summary>
    public CheckpointPrediction Prediction => Known ?? Default;

    internal static PredictionEvidence Of(SafetensorsFile file, CheckpointKind? family, CheckpointVariant variant, CheckpointPrediction? told)
    {
        var zero = file.Header.Tensors.ContainsKey(ZeroSnrMarker);
        return told is { } prediction ? new(prediction, prediction, CheckpointTexts.PredictionTold, zero)
            : Metadata(file) is { } stated ? new(stated, stated, CheckpointTexts.PredictionMetadata, zero)
            : Marker(file) is { } marker
                ? new(CheckpointPrediction.Velocity, CheckpointPrediction.Velocity, string.Format(CultureInfo.InvariantCulture, CheckpointTexts.PredictionMarker, marker), zero)
            : family == CheckpointKind.StableDiffusion2 ? SecondFamily(file, variant)
            : new(CheckpointPrediction.Epsilon, CheckpointPrediction.Epsilon, CheckpointTexts.PredictionFamily, zero);
    }

    private static CheckpointPrediction? Metadata(SafetensorsFile file) => file.Header.Metadata.GetValueOrDefault("modelspec.prediction_type") switch
    {
        "epsilon" => CheckpointPrediction.Epsilon,
        "v" or "v_prediction" => CheckpointPrediction.Velocity,
        _ => file.Header.Metadata.GetValueOrDefault("modelspec.architecture") switch
        {
            "stable-diffusion-v2-768-v" => CheckpointPrediction.Velocity,
            "stable-diffusion-v2-512" => CheckpointPrediction.Epsilon,
            _ => null,
        },
    };

    private static string? Marker(SafetensorsFile file) => ((string[])[VelocityMarker, ZeroSnrMarker]).FirstOrDefault(file.Header.Tensors.ContainsKey);

    // The second family was published for 512 pixels (noise) and, trained on from there, for 768 (v); the tensors are the same.
    private static PredictionEvidence SecondFamily(SafetensorsFile file, CheckpointVariant variant)
    {
        if (variant is not CheckpointVariant.TextToImage)
        {
            var published = variant is CheckpointVariant.Upscaler or CheckpointVariant.PictureEmbedding ? CheckpointPrediction.Velocity : CheckpointPrediction.Epsilon;
            return new(null, published, CheckpointTexts.PredictionFamily, false);
        }

        var small = FileWords.FewSteps(file) is not null || FileWords.Small(file);
        return small
            ? new(null, CheckpointPrediction.Epsilon, CheckpointTexts.PredictionName, false)
            : new(null, CheckpointPrediction.Velocity, CheckpointTexts.PredictionGuess, false);
    }
}
