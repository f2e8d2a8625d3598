using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>The hub's own <c>model.json</c> beside a model's files. Everything in it is optional; the family has defaults. (Settable members: the JSON reader would lose the defaults of others.)</summary>
internal sealed record ModelCard
{
    public const string FileName = "model.json";
    public const string Epsilon = "epsilon";
    public const string Velocity = "v_prediction";

    public string? Id { get; set; }

    /// <summary>What the entry is, one of <see cref="ModelKinds"/>.</summary>
    public string Kind { get; set; } = ModelKinds.Model;

    public string? Family { get; set; }

    /// <summary>Where the weights are, when not beside this file: a path, relative to its folder or absolute.</summary>
    public string? Source { get; set; }

    /// <summary>What adapters, ControlNets and VAEs must fit, such as <c>StableDiffusion 1</c>.</summary>
    public string? Base { get; set; }

    /// <summary>The bases of models that an adapter, a ControlNet or a VAE goes with; empty where its file does not tell.</summary>
    public IReadOnlyList<string> Fits { get; set; } = [];

    public string? Title { get; set; }

    public string? Author { get; set; }

    /// <summary>Words that call an adapter up.</summary>
    public IReadOnlyList<string> TriggerWords { get; set; } = [];

    /// <summary>Weight of an adapter when a request names none.</summary>
    public double? Weight { get; set; }

    /// <summary>What the network of a single file predicts, where the file does not say: <c>epsilon</c> or <c>v_prediction</c>.</summary>
    public string? PredictionType { get; set; }

    /// <summary>How <see cref="PredictionType"/> is known, for people.</summary>
    public string? PredictionKnown { get; set; }

    public string? Licence { get; set; }

    /// <summary>What the model can do: tasks by name.</summary>
    public IReadOnlyList<string>? Capabilities { get; set; }

    /// <summary>Length of its files.</summary>
    public long? Bytes { get; set; }

    /// <summary>How long the test run at the import took.</summary>
    public double? TestMilliseconds { get; set; }

    public DateTimeOffset? Imported { get; set; }

    /// <summary>True where the card stands for a file that somebody put beside it: it goes when the file goes.</summary>
    public bool? Adopted { get; set; }

    /// <summary>SHA-256 (lower-case hex) by file name.</summary>
    public IReadOnlyDictionary<string, string> Hashes { get; set; } = new Dictionary<string, string>();

    /// <summary>How its files were when <see cref="Hashes"/> were taken, by the same names.</summary>
    public IReadOnlyDictionary<string, FileStamp> Files { get; set; } = new Dictionary<string, FileStamp>();

    public ModelCardDefaults Defaults { get; set; } = new();

    public ModelCardLimits Limits { get; set; } = new();

    /// <summary>Red, green and blue (0..1) of a latent pixel: a factor for each channel and a constant, fitted on the model's own decoder.</summary>
    public IReadOnlyList<IReadOnlyList<float>>? Preview { get; set; }

    /// <summary>True where the hub fitted <see cref="Preview"/> at the import: what is better than a fit goes before it.</summary>
    public bool? PreviewFitted { get; set; }

    public long? MemoryBytes { get; set; }

    /// <summary>The card as JSON for people: indented, without what is not known.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ModelCardJson.ForPeople.ModelCard);

    /// <summary>Reads the card of a folder; an empty one where there is none.</summary>
    /// <exception cref="ModelFolderException">It is no JSON, or says what cannot be: the message names the member.</exception>
    public static ModelCard Read(ModelFolder folder)
    {
        if (!folder.Has(FileName))
        {
            return new ModelCard();
        }

        var card = folder.Read(FileName, ModelCardJson.Default.ModelCard);
        CardCheck.Require(card, folder.File(FileName));
        return CardTexts.Plain(card);
    }
}

/// <summary>What a request gets that names nothing.</summary>
internal sealed record ModelCardDefaults
{
    public int? Steps { get; set; }

    public double? Guidance { get; set; }

    public string? Sampler { get; set; }
}

/// <summary>What a request may ask for.</summary>
internal sealed record ModelCardLimits
{
    public int? Steps { get; set; }

    public int? MinSide { get; set; }

    public int? MaxSide { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class ModelCardJson : JsonSerializerContext
{
    public static ModelCardJson ForPeople { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
