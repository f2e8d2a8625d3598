using DiffusionHub.Inference.Exported.Onnx;

namespace DiffusionHub.Inference.Exported;

/// <summary>What an exported UNet tells of itself; for folders without a config. Null: not fixed in the file, or not there.</summary>
public sealed record ExportedUnetTraits
{
    /// <summary>Channels of <c>sample</c>: 4; 9 for inpainting; 5 with depth; 7 for the x4 upscaler.</summary>
    public int? InChannels { get; init; }

    /// <summary>Channels of <c>out_sample</c>.</summary>
    public int? OutChannels { get; init; }

    /// <summary>Length of a text token's vector: 768 (Stable Diffusion 1), 1024 (2), 2048 (XL), 1280 (its refiner).</summary>
    public int? ContextWidth { get; init; }

    /// <summary>Whether it asks for the pooled text.</summary>
    public bool TakesTextEmbeds { get; init; }

    /// <summary>Length of the pooled text's vector.</summary>
    public int? TextEmbedsWidth { get; init; }

    /// <summary>Whether it asks for sizes and crops.</summary>
    public bool TakesTimeIds { get; init; }

    /// <summary>Numbers of sizes and crops: 6; a refiner's 5.</summary>
    public int? TimeIds { get; init; }

    /// <summary>Whether it asks for an embedding of the guidance (distilled models).</summary>
    public bool TakesGuidance { get; init; }

    /// <summary>Length of the embedding of the guidance.</summary>
    public int? GuidanceWidth { get; init; }

    /// <summary>Whether it asks for classes or noise levels.</summary>
    public bool TakesClasses { get; init; }

    /// <summary>Height of <c>sample</c> where it takes no other.</summary>
    public int? Height { get; init; }

    /// <summary>Width of <c>sample</c> where it takes no other.</summary>
    public int? Width { get; init; }

    /// <summary>Tokens where it takes no other number of them.</summary>
    public int? Tokens { get; init; }

    /// <summary>Pictures at once where it takes no other number of them (the hub runs it several times then).</summary>
    public int? Batch { get; init; }

    /// <summary>Reads the ONNX file at <paramref name="path"/> without loading it.</summary>
    /// <exception cref="ModelFileException">It cannot be used, or is no UNet.</exception>
    public static ExportedUnetTraits Read(string path)
    {
        using var model = OnnxModel.Open(path);
        var binding = GraphBinding.Of(model, GraphRole.Unet);
        var sample = binding.Inputs["sample"].Value;
        return new ExportedUnetTraits
        {
            InChannels = Fixed("sample", 1) ?? FirstConvolution(model, sample.Name),
            OutChannels = (int?)binding.Outputs["out_sample"].Value.Fixed(1),
            ContextWidth = Fixed("encoder_hidden_states", 2),
            TakesTextEmbeds = binding.Inputs.ContainsKey("text_embeds"),
            TextEmbedsWidth = Fixed("text_embeds", 1),
            TakesTimeIds = binding.Inputs.ContainsKey("time_ids"),
            TimeIds = Fixed("time_ids", 1),
            TakesGuidance = binding.Inputs.ContainsKey("timestep_cond"),
            GuidanceWidth = Fixed("timestep_cond", 1),
            TakesClasses = binding.Inputs.ContainsKey("class_labels"),
            Height = Fixed("sample", 2),
            Width = Fixed("sample", 3),
            Tokens = Fixed("encoder_hidden_states", 1),
            Batch = Fixed("sample", 0),
        };

        int? Fixed(string input, int dimension) => (int?)binding.Inputs.GetValueOrDefault(input)?.Value.Fixed(dimension);
    }

    // The first exporters left even the channels open.
    private static int? FirstConvolution(OnnxModel model, string sample) =>
        model.Nodes.FirstOrDefault(n => n.Type == "Conv" && n.Input(0) == sample) is { } node && model.Initializers.TryGetValue(node.Input(1), out var weight) && weight.Shape.Length > 1
            ? (int)weight.Shape[1]
            : null;
}
