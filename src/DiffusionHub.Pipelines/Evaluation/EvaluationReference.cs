using System.Numerics.Tensors;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Evaluation;

/// <summary>What an evaluator's folder says of the pictures that others are measured by.</summary>
public sealed class EvaluationReference
{
    private const string Facts = "reference.json";
    private const string Statistics = "reference.safetensors";
    private const string CaptionsFile = "captions.txt";
    private const string GridFile = "grid.txt";

    private readonly int width;

    private EvaluationReference(ModelFolder folder, int width)
    {
        this.width = width;
        var facts = folder.Read(Facts, EvaluationJson.Default.ReferenceFacts);
        (About, Licence, Sharpness, Ceiling) = (facts.About, facts.Licence, facts.Sharpness, facts.Retrieval);
        Check(folder, "sharpness", Sharpness > 0, EvaluationTexts.AboveZero, Sharpness);
        Check(folder, "retrieval.top1", Ceiling.Top1 is >= 0 and <= 1, EvaluationTexts.AShare, Ceiling.Top1);
        Check(folder, "retrieval.top5", Ceiling.Top5 is >= 0 and <= 1, EvaluationTexts.AShare, Ceiling.Top5);
        Captions = Lines(folder, CaptionsFile);
        Grid = Lines(folder, GridFile);
        Check(folder, "pictures", facts.Pictures == Captions.Count, ModelFolderException.Format(EvaluationTexts.AsCaptions, Captions.Count, CaptionsFile), facts.Pictures);
        var path = folder.File(Statistics);
        (Features, Moments) = ModelFolder.Refusing(() => ReadStatistics(path, Captions.Count, width));
        if (Enumerable.Range(1, Captions.Count - 1).All(i => Features.AsSpan(0, width).SequenceEqual(Features.AsSpan(i * width, width))))
        {
            throw ModelFolderException.Damaged(path, EvaluationTexts.AllTheSame);
        }
    }

    /// <summary>What the evaluator is, in its maker's words.</summary>
    public string About { get; }

    /// <summary>Licence of its weights and statistics.</summary>
    public string Licence { get; }

    /// <summary>A caption a picture.</summary>
    public IReadOnlyList<string> Captions { get; }

    /// <summary>Prompts of the grid.</summary>
    public IReadOnlyList<string> Grid { get; }

    /// <summary>The mean of their <see cref="Evaluation.Sharpness"/>.</summary>
    public double Sharpness { get; }

    /// <summary>What the evaluator finds of real pictures that it was not trained on.</summary>
    public Retrieval Ceiling { get; }

    /// <summary>(N, F), C order, rounded to 127 steps.</summary>
    internal float[] Features { get; }

    /// <summary>Of their features, not rounded.</summary>
    internal Moments Moments { get; }

    /// <summary>The features of one picture.</summary>
    internal float[] FeaturesOf(int picture) => Features.AsSpan(picture * width, width).ToArray();

    /// <summary>Reads it.</summary>
    /// <param name="folder">The evaluator's folder.</param>
    /// <param name="width">F, its features.</param>
    /// <exception cref="ModelFolderException">A file is missing or damaged, or files contradict each other.</exception>
    internal static EvaluationReference Read(ModelFolder folder, int width) => new(folder, width);

    private static (float[] Features, Moments Moments) ReadStatistics(string path, int pictures, int width)
    {
        using var file = SafetensorsFile.Open(path);
        var (rounded, scale) = (file.Integers("features", pictures, width), file.Floats("features_scale", width));
        var features = new float[rounded.Length];
        TensorPrimitives.ConvertChecked<sbyte, float>(rounded, features);
        for (var i = 0; i < pictures; i++)
        {
            var row = features.AsSpan(i * width, width);
            TensorPrimitives.Multiply(row, scale, row);
        }

        return (features, Moments.Of(file.Floats("mean", width), file.Floats("covariance", width, width)));
    }

    private static List<string> Lines(ModelFolder folder, string name)
    {
        var path = folder.File(name);
        try
        {
            var lines = File.ReadLines(path).Where(line => line.Trim().Length > 0).ToList();
            return lines.Count > 1 ? lines : throw ModelFolderException.Damaged(path, EvaluationTexts.TwoLines);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw ModelFolderException.Damaged(path, fault.Message);
        }
    }

    private static void Check(ModelFolder folder, string member, bool holds, string expected, object found)
    {
        if (!holds)
        {
            throw ModelFolderException.BadMember(folder.File(Facts), member, expected, found);
        }
    }
}
