using System.Numerics.Tensors;
using DiffusionHub.Imaging;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.DualEncoder;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Evaluation;

/// <summary>
/// The network that measures other models: an image encoder and a text encoder with one space for the vectors of both, and what it knows of real
/// pictures. For one thread at a time.
/// </summary>
public sealed class Evaluator : IDisposable
{
    /// <summary>A model's folder for its evaluator.</summary>
    public const string FolderName = "evaluation";

    private const string TokenizerConfig = "tokenizer_config.json";
    private readonly Graph graph;
    private readonly GuideInput input;
    private readonly TextEncoder texts;
    private readonly DualEncoderConfig config;

    private Evaluator(ModelFolder folder)
    {
        Path = folder.Path;
        config = folder.Config(GuideFolder.Config, DualEncoderConfig.Read);
        input = GuideInput.Read(folder, null);
        Reference = EvaluationReference.Read(folder, config.Features);
        var weights = WeightFiles.Find(folder, "", WeightFiles.Transformers);
        texts = new TextEncoder(new TextEncoderPart(config.Text, () => Tokenizer(folder, config), _ => folder.Load(weights, set => DualEncoderGraph.Texts(config, set))));
        graph = folder.Load(weights, set => DualEncoderGraph.Pictures(config, set));
    }

    /// <summary>Its folder.</summary>
    public string Path { get; }

    /// <summary>What it knows of real pictures.</summary>
    public EvaluationReference Reference { get; }

    /// <summary>F, the numbers that the distance is measured in.</summary>
    public int Features => config.Features;

    /// <summary>Side in pixels at which it sees pictures.</summary>
    public int Side => input.Side;

    /// <summary>Loads a folder (its files are in docs/models.md) and tries it on a grey picture and a caption.</summary>
    /// <exception cref="ModelFolderException">It is no evaluator that the hub can use.</exception>
    /// <exception cref="InferenceException">Its graphs cannot be loaded or run.</exception>
    public static Evaluator Load(string path)
    {
        var evaluator = new Evaluator(new ModelFolder(path));
        try
        {
            var grey = new byte[3 * evaluator.Side * evaluator.Side];
            Array.Fill(grey, (byte)128);
            evaluator.texts.Load([]);
            evaluator.See(new RgbImage(evaluator.Side, evaluator.Side, grey));
            evaluator.Read(evaluator.Reference.Captions[0]);
            return evaluator;
        }
        catch
        {
            evaluator.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        graph.Dispose();
        texts.Dispose();
    }

    /// <summary>What it sees of a picture.</summary>
    /// <exception cref="InferenceException">The graph fails, or gives what is no number.</exception>
    internal SeenPicture See(RgbImage picture)
    {
        using var pixels = GraphTensor.Rent<float>(1, 3, Side, Side);
        using var features = GraphTensor.Rent<float>(1, config.Features);
        using var vector = GraphTensor.Rent<float>(1, config.Projection);
        input.Resize(Array.ConvertAll(picture.Pixels, value => value / 255f), picture.Height, picture.Width, pixels.Values);
        var sharpness = Sharpness.Of(pixels.Values, Side);
        input.Normalise(pixels.Values);
        graph.Run([("pixel_values", pixels)], [("features", features), ("image_embeds", vector)]);
        return new SeenPicture(Checked(features.Values.ToArray()), Normalised(vector.Values.ToArray()), sharpness);
    }

    /// <summary>A caption's normalised vector.</summary>
    /// <exception cref="InferenceException">The graph fails, or gives what is no number.</exception>
    internal float[] Read(string caption) => Checked(texts.Vector(caption));

    private float[] Normalised(float[] vector)
    {
        // A picture of which nothing is seen has no direction: it finds no caption, but is no fault.
        if (TensorPrimitives.Norm<float>(vector) is > 0 and var length)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }

        return Checked(vector);
    }

    private float[] Checked(float[] values) =>
        Array.TrueForAll(values, float.IsFinite) ? values : throw new InferenceException(ModelFolderException.Format(EvaluationTexts.NotFinite, Path));

    private static ClipTokenizer Tokenizer(ModelFolder folder, DualEncoderConfig config)
    {
        var tokenizer = ClipTokenizer.Read(folder, ".");
        if (tokenizer.Length > config.Text.Tokens)
        {
            throw ModelFolderException.BadMember(folder.File(TokenizerConfig), "model_max_length", ModelFolderException.Format(FolderTexts.AtMost, config.Text.Tokens), tokenizer.Length);
        }

        return tokenizer.Vocabulary.Values.Max() is var last && last < config.Text.Vocabulary
            ? tokenizer
            : throw ModelFolderException.BadMember(folder.File(GuideFolder.Config), "vocab_size", ModelFolderException.Format(EvaluationTexts.MoreThan, last), config.Text.Vocabulary);
    }
}

/// <summary>What an evaluator sees of a picture.</summary>
/// <param name="Features">(F).</param>
/// <param name="Vector">Normalised, in the space of texts.</param>
/// <param name="Sharpness">At the side at which it is seen.</param>
internal sealed record SeenPicture(float[] Features, float[] Vector, double Sharpness);
