namespace DiffusionHub.Inference.Exported;

/// <summary>An input or output that pipelines know.</summary>
/// <param name="Name">What pipelines call it.</param>
/// <param name="Ranks">How many dimensions it may have.</param>
/// <param name="Aliases">What exporters call it beside that.</param>
internal sealed record KnownName(string Name, IReadOnlyList<int> Ranks, params IReadOnlyList<string> Aliases)
{
    /// <summary>Whether a graph of that role cannot do without it.</summary>
    public bool Required { get; init; }

    /// <summary>Whether it may be whole numbers for the pipeline too; others are floats there, whatever the graph has.</summary>
    public bool Whole { get; init; }

    public bool Is(string name) => name == Name || Aliases.Contains(name);

    public override string ToString() => Aliases.Count == 0 ? Name : $"{Name} ({string.Join(", ", Aliases)})";
}

/// <summary>
/// Names of inputs and outputs by role: optimum's, which are the pipelines' own, then those of diffusers' first script, of ONNX Runtime's
/// Stable Diffusion demonstration, and of the first Olive recipes for SDXL (where the tracer named what it was given in a dictionary).
/// </summary>
internal static class KnownNames
{
    public static IReadOnlyList<KnownName> Inputs(GraphRole role) => role switch
    {
        GraphRole.TextEncoder => [new("input_ids", [2]) { Required = true, Whole = true }],
        GraphRole.Unet =>
        [
            new("sample", [4], "latent", "latents") { Required = true },
            new("timestep", [0, 1], "t", "timesteps") { Required = true },
            new("encoder_hidden_states", [3], "text_embeddings", "context") { Required = true },
            new("text_embeds", [2], "onnx::Concat_4"),
            new("time_ids", [2], "onnx::Shape_5"),
            new("timestep_cond", [2]),
            new("class_labels", [1, 2]) { Whole = true },
        ],
        GraphRole.VaeEncoder => [new("sample", [4], "images", "pixel_values") { Required = true }],
        _ => [new("latent_sample", [4], "latent", "latents") { Required = true }],
    };

    // Of these a graph must have one at least.
    public static IReadOnlyList<KnownName> Outputs(GraphRole role) => role switch
    {
        GraphRole.TextEncoder => [new("last_hidden_state", [3], "text_embeddings"), new("pooler_output", [2]), new("text_embeds", [2], "text_embeddings")],
        GraphRole.Unet => [new("out_sample", [4], "latent", "noise_pred", "output")],
        GraphRole.VaeEncoder => [new("latent_parameters", [4]), new("latent_sample", [4], "latent", "latents")],
        _ => [new("sample", [4], "images", "image")],
    };
}
