using System.Text.Json;

namespace DiffusionHub.Cli.Commands.Verify.Kinds.Pipelines;

/// <summary>A pipeline's <c>case.json</c>.</summary>
/// <param name="Model">Folder or file under <c>models/</c>.</param>
/// <param name="Pipeline">The diffusers class that made the reference.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Expected">What came out, by its name.</param>
/// <param name="Scheduler">A scheduler's class and keys in place of the model's own; null for that.</param>
internal sealed record PipelineCase(string Model, string Pipeline, CaseRequest Request, IReadOnlyDictionary<string, ExpectedArray> Expected, IReadOnlyDictionary<string, JsonElement>? Scheduler = null);

/// <summary>An array that a case must come to.</summary>
/// <param name="File">Its <c>.npy</c> file.</param>
/// <param name="MaxAbs">Largest error that passes.</param>
internal sealed record ExpectedArray(string File, double MaxAbs);

/// <summary>A LoRA of a case.</summary>
/// <param name="File">Beside <c>case.json</c>.</param>
/// <param name="Weight">Its weight.</param>
internal sealed record CaseLora(string File, double Weight = 1);

/// <summary>The request of a case: the hub's request document, with files beside <c>case.json</c>. (Settable members: the JSON reader would lose the defaults of others.)</summary>
internal sealed record CaseRequest
{
    public string Prompt { get; set; } = "";

    public string? NegativePrompt { get; set; }

    public long Seed { get; set; }

    public int Count { get; set; } = 1;

    public string Noise { get; set; } = "cpu";

    public int? Steps { get; set; }

    public double? Guidance { get; set; }

    public double GuidanceRescale { get; set; }

    public int ClipSkip { get; set; }

    public double Eta { get; set; }

    public int? Width { get; set; }

    public int? Height { get; set; }

    public string? Init { get; set; }

    public string? Mask { get; set; }

    public double? Strength { get; set; }

    public string? Depth { get; set; }

    public int? NoiseLevel { get; set; }

    public int? ClassLabel { get; set; }

    public string? Map { get; set; }

    public string? Control { get; set; }

    public double ControlScale { get; set; } = 1;

    public double ControlStart { get; set; }

    public double ControlEnd { get; set; } = 1;

    public IReadOnlyList<int>? OriginalSize { get; set; }

    public IReadOnlyList<int>? TargetSize { get; set; }

    public IReadOnlyList<int>? CropTopLeft { get; set; }

    public double AestheticScore { get; set; } = 6;

    public double NegativeAestheticScore { get; set; } = 2.5;

    public string? Refiner { get; set; }

    public double RefinerSwitch { get; set; } = 0.8;

    public IReadOnlyList<CaseLora> Loras { get; set; } = [];

    public string? Vae { get; set; }

    public string? PredictionType { get; set; }
}
