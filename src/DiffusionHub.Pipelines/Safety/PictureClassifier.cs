using System.Numerics.Tensors;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.Classifiers;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Guides;

namespace DiffusionHub.Pipelines.Safety;

/// <summary>An image classifier in memory: tells which of its classes a finished picture shows. For one thread at a time.</summary>
public sealed class PictureClassifier : IDisposable
{
    private const int Channels = 3;
    private readonly Graph graph;
    private readonly GuideInput input;
    private readonly ClassifierLabels labels;
    private readonly string path;
    private readonly string output;

    private PictureClassifier(ModelFolder folder)
    {
        path = folder.Path;
        labels = folder.Config(GuideFolder.Config, ClassifierLabels.Read);
        (graph, input) = ClassifierFolder.Load(folder);
        output = graph.Outputs.ContainsKey("logits") ? "logits" : graph.Outputs.Keys.First();
    }

    /// <summary>Names of the classes by number.</summary>
    public IReadOnlyList<string> Labels => labels.Names;

    /// <summary>Whether several classes can be true of one picture: then their probabilities do not add up to one.</summary>
    public bool IsMultiple => labels.IsMultiple;

    /// <summary>Loads a folder (its forms are in docs/operating.md) and tries it on a grey picture.</summary>
    /// <exception cref="ModelFolderException">It is no classifier that the hub can use.</exception>
    /// <exception cref="InferenceException">Its graph cannot be loaded or run.</exception>
    public static PictureClassifier Load(string path)
    {
        var classifier = new PictureClassifier(new ModelFolder(path));
        try
        {
            classifier.Classify(new PictureBatch(new float[Channels * 64 * 64], 1, 64, 64, new RunTimings(default, default, default)), 0);
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>The probability of each class, 0 to 1.</summary>
    /// <param name="pictures">Pictures.</param>
    /// <param name="index">Which of them.</param>
    /// <exception cref="InferenceException">The graph fails, or gives what is no number: then nothing is known of the picture.</exception>
    public float[] Classify(PictureBatch pictures, int index)
    {
        using var pixels = GraphTensor.Rent<float>(1, Channels, input.Side, input.Side);
        using var logits = GraphTensor.Rent<float>(1, Labels.Count);
        using var target = GraphTensor.Rent<float>(1, Labels.Count);
        // Graphs that can lead pictures as well want to know where to; nobody reads what they make of it.
        target.Values.Clear();
        var one = pictures.Width * pictures.Height * Channels;
        input.Resize(pictures.Values.AsSpan(index * one, one), pictures.Height, pictures.Width, pixels.Values);
        input.Normalise(pixels.Values);
        var name = graph.Inputs.Keys.First(key => key != "target");
        graph.Run(graph.Inputs.ContainsKey("target") ? [(name, pixels), ("target", target)] : [(name, pixels)], [(output, logits)]);
        var values = logits.Values.ToArray();
        return Array.TrueForAll(values, float.IsFinite) ? Probabilities(values) : throw new InferenceException(ModelFolderException.Format(SafetyTexts.NotFinite, path));
    }

    /// <inheritdoc/>
    public void Dispose() => graph.Dispose();

    private float[] Probabilities(float[] logits)
    {
        var result = new float[logits.Length];
        if (IsMultiple)
        {
            TensorPrimitives.Sigmoid<float>(logits, result);
        }
        else
        {
            // Less the largest, so that no exponential is infinite.
            TensorPrimitives.Subtract<float>(logits, TensorPrimitives.Max<float>(logits), result);
            TensorPrimitives.SoftMax<float>(result, result);
        }

        return result;
    }
}
