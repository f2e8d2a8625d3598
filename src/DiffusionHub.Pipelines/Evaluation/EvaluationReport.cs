namespace DiffusionHub.Pipelines.Evaluation;

/// <summary>What an evaluation measured.</summary>
public sealed record EvaluationReport
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of its denoiser's weights.</summary>
    public required string ModelHash { get; init; }

    /// <summary>Folder of the evaluator.</summary>
    public required string Evaluator { get; init; }

    /// <summary>What the evaluator is, in its maker's words.</summary>
    public required string About { get; init; }

    /// <summary>Pictures.</summary>
    public required int Pictures { get; init; }

    /// <summary>Seed of the first picture; picture i has seed + i.</summary>
    public required long Seed { get; init; }

    /// <summary>Sampling steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Guidance scale.</summary>
    public required double Guidance { get; init; }

    /// <summary>Sampler.</summary>
    public required string Sampler { get; init; }

    /// <summary>Schedule; null: the model's own.</summary>
    public required string? Schedule { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Squared Fréchet distance to the reference pictures, in the evaluator's features.</summary>
    public required double FrechetDistance { get; init; }

    /// <summary>That of the reference pictures of the same captions: what chance alone makes of so many pictures. Near 0 where they are all of them.</summary>
    public required double RealFrechetDistance { get; init; }

    /// <summary>Numbers that it is measured in.</summary>
    public required int Features { get; init; }

    /// <summary>How often a picture's own caption was found.</summary>
    public required Retrieval Retrieval { get; init; }

    /// <summary>The same of real pictures that the evaluator was not trained on.</summary>
    public required Retrieval RealRetrieval { get; init; }

    /// <summary>Mean sharpness.</summary>
    public required double Sharpness { get; init; }

    /// <summary>It in that of the reference pictures.</summary>
    public required double SharpnessRatio { get; init; }

    /// <summary>Median of the distances to the nearest reference picture, each in the distance from that one to its own nearest.</summary>
    public required double NeighbourMedian { get; init; }

    /// <summary>Share of pictures where it is below a half, 0 to 1.</summary>
    public required double NeighbourCopies { get; init; }

    /// <summary>The pictures that are nearest to a reference picture, the nearest first.</summary>
    public required IReadOnlyList<ClosePicture> Closest { get; init; }

    /// <summary>Pictures a second, one request after another, from prompt to pixels.</summary>
    public required double PicturesASecond { get; init; }

    /// <summary>Median of the seconds that a picture took.</summary>
    public required double MedianSeconds { get; init; }

    /// <summary>Device.</summary>
    public required string Device { get; init; }

    /// <summary>Cores that the process may use.</summary>
    public required int Cores { get; init; }

    /// <summary>What is to be known of these numbers.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>A picture that is near to a reference picture.</summary>
/// <param name="Prompt">Its prompt.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Nearest">The reference picture's caption.</param>
/// <param name="Ratio">Its distance, in that from the reference picture to its own nearest.</param>
public sealed record ClosePicture(string Prompt, long Seed, string Nearest, double Ratio);
