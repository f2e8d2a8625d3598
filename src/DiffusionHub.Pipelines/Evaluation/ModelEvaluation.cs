using System.Diagnostics;
using DiffusionHub.Imaging;
using DiffusionHub.Inference;

namespace DiffusionHub.Pipelines.Evaluation;

/// <summary>Measures a model: pictures of an evaluator's captions, held against the pictures that the evaluator knows.</summary>
/// <param name="pipeline">The model.</param>
/// <param name="evaluator">What measures it.</param>
public sealed class ModelEvaluation(IPipeline pipeline, Evaluator evaluator)
{
    /// <summary>Pictures that an evaluation has at least: below, there is no covariance.</summary>
    public const int Fewest = 2;

    /// <summary>Pictures that it has at most.</summary>
    public const int Most = 10_000;

    private const int Shown = 5;
    private const double Copy = 0.5;
    private const string WarmUp = "warm-up";

    /// <summary>Told after each picture how many there are.</summary>
    public Action<int> Progress { get; init; } = _ => { };

    /// <summary>The closest pictures, as the report of the last run tells them.</summary>
    public IReadOnlyList<RgbImage> Closest { get; private set; } = [];

    /// <summary>Makes the pictures and measures them.</summary>
    /// <param name="request">How; its prompt is not used, its seed is that of the first picture.</param>
    /// <param name="count">Pictures, <see cref="Fewest"/> to <see cref="Most"/>.</param>
    /// <param name="cancellation">Ends it within moments.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="InferenceException">The device failed, or the evaluator gave what is no number.</exception>
    public EvaluationReport Run(PictureRequest request, int count, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, Fewest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        var reference = evaluator.Reference;
        int[] chosen = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * reference.Captions.Count / count))];
        string[] prompts = [.. chosen.Select(caption => reference.Captions[caption])];
        var neighbours = new NearestNeighbours(reference.Features, evaluator.Features);
        var seen = new List<SeenPicture>(count);
        var seconds = new List<double>(count);
        var close = new List<(ClosePicture Told, RgbImage Picture)>();
        var ratios = new List<double>(count);
        pipeline.Run(request with { Prompt = WarmUp }, cancellation: cancellation);
        for (var i = 0; i < count; i++)
        {
            var one = request with { Prompt = prompts[i], Seed = request.Seed + i };
            var began = Stopwatch.GetTimestamp();
            var picture = pipeline.Run(one, cancellation: cancellation).Image(0);
            seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            // As a file holds it: rounded to bytes, as the reference pictures were.
            seen.Add(evaluator.See(picture));
            var neighbour = neighbours.Of(seen[i].Features);
            ratios.Add(neighbour.Ratio);
            close.Add((new ClosePicture(one.Prompt, one.Seed, reference.Captions[neighbour.Reference], neighbour.Ratio), picture));
            close = [.. close.OrderBy(picture => picture.Told.Ratio).Take(Shown)];
            Progress(i + 1);
        }

        Closest = [.. close.Select(picture => picture.Picture)];
        var sharpness = seen.Average(picture => picture.Sharpness);
        return new EvaluationReport
        {
            Model = pipeline.Description.Name, ModelHash = pipeline.Description.Hash, Evaluator = evaluator.Path, About = reference.About,
            Pictures = count, Seed = request.Seed, Steps = request.Steps, Guidance = request.Guidance, Sampler = request.Sampler ?? pipeline.Description.Samplers[0],
            Schedule = request.Schedule, Width = request.Width, Height = request.Height,
            FrechetDistance = FrechetDistance.Between(Moments.Of([.. seen.Select(picture => picture.Features)]), reference.Moments),
            RealFrechetDistance = FrechetDistance.Between(Moments.Of([.. chosen.Select(reference.FeaturesOf)]), reference.Moments), Features = evaluator.Features,
            Retrieval = Find(prompts, seen, cancellation), RealRetrieval = reference.Ceiling,
            Sharpness = sharpness, SharpnessRatio = sharpness / reference.Sharpness,
            NeighbourMedian = Median(ratios), NeighbourCopies = ratios.Count(ratio => ratio < Copy) / (double)count, Closest = [.. close.Select(picture => picture.Told)],
            PicturesASecond = count / seconds.Sum(), MedianSeconds = Median(seconds), Device = InferenceRuntime.Device.Name, Cores = Environment.ProcessorCount,
            Notes = [.. Notes(request, count)],
        };
    }

    private Retrieval Find(IReadOnlyList<string> prompts, List<SeenPicture> seen, CancellationToken cancellation)
    {
        string[] captions = [.. prompts.Distinct(StringComparer.Ordinal)];
        var numbers = captions.Index().ToDictionary(caption => caption.Item, caption => caption.Index, StringComparer.Ordinal);
        var vectors = new List<float[]>(captions.Length);
        foreach (var caption in captions)
        {
            cancellation.ThrowIfCancellationRequested();
            vectors.Add(evaluator.Read(caption));
        }

        return Retrieval.Of([.. seen.Select(picture => picture.Vector)], [.. prompts.Select(prompt => numbers[prompt])], vectors);
    }

    private IEnumerable<string> Notes(PictureRequest request, int count)
    {
        var needed = evaluator.Features + 1;
        if (count < needed)
        {
            yield return Folders.ModelFolderException.Format(EvaluationTexts.TooFew, count, evaluator.Features, needed);
        }

        if (request.Width != evaluator.Side || request.Height != evaluator.Side)
        {
            yield return Folders.ModelFolderException.Format(EvaluationTexts.Resized, request.Width, request.Height, evaluator.Side);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
