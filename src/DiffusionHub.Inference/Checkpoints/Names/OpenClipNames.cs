namespace DiffusionHub.Inference.Checkpoints.Names;

/// <summary>The parameters of a text encoder in transformers and in OpenCLIP, which keeps query, key and value in one tensor.</summary>
internal static class OpenClipNames
{
    /// <summary>OpenCLIP's layer <paramref name="index"/>.</summary>
    public static string Layer(int index) => $"transformer.resblocks.{index}";

    /// <summary>Names of a text encoder of <paramref name="layers"/> layers.</summary>
    public static NameMap Of(int layers) => new(
    [
        new("text_model.embeddings.token_embedding", "token_embedding"),
        new("text_model.embeddings.position_embedding.weight", "positional_embedding"),
        new("text_model.final_layer_norm", "ln_final"),
        new("text_projection.weight", "text_projection"),
        .. Enumerable.Range(0, layers).SelectMany(Layers),
    ]);

    private static IEnumerable<NamePair> Layers(int index)
    {
        var (diffusers, original) = ($"text_model.encoder.layers.{index}", Layer(index));
        return
        [
            new($"{diffusers}.layer_norm1", $"{original}.ln_1"),
            new($"{diffusers}.layer_norm2", $"{original}.ln_2"),
            new($"{diffusers}.mlp.fc1", $"{original}.mlp.c_fc"),
            new($"{diffusers}.mlp.fc2", $"{original}.mlp.c_proj"),
            new($"{diffusers}.self_attn.out_proj", $"{original}.attn.out_proj"),

            // Stands for all three, for the name in messages.
            new($"{diffusers}.self_attn.q_proj.weight", $"{original}.attn.in_proj_weight"),
            new($"{diffusers}.self_attn.q_proj.bias", $"{original}.attn.in_proj_bias"),
        ];
    }
}
