using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints.Parts;

/// <summary>Tensors of OpenCLIP that are several of transformers', or lie the other way round.</summary>
internal static class OpenClipViews
{
    private const string Layers = "transformer.resblocks.";
    private const string Merged = ".attn.in_proj_";

    /// <summary>What there is to see in <paramref name="tensor"/> beyond another name; none: nothing.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="tensor">The tensor under OpenCLIP's name.</param>
    /// <param name="layers">Layers that are used.</param>
    /// <exception cref="ModelFileException">Its rows cannot be divided.</exception>
    public static IEnumerable<WeightTensor> Of(string path, WeightTensor tensor, int layers)
    {
        // OpenCLIP multiplies by the matrix (C, P), transformers' layer by its transposed; a file of transformers' kind says “.weight”.
        if (tensor is { Name: "text_projection", Shape: [var width, var projection] })
        {
            return [tensor with { Name = "text_projection.weight", Shape = [projection, width], Transposed = true }];
        }

        if (tensor.Name == "text_projection.weight")
        {
            return [tensor];
        }

        var at = tensor.Name.IndexOf(Merged, StringComparison.Ordinal);
        return at > Layers.Length && tensor.Name.StartsWith(Layers, StringComparison.Ordinal) && int.TryParse(tensor.Name.AsSpan(Layers.Length, at - Layers.Length), out var layer) && layer < layers
            ? Split(path, tensor, $"text_model.encoder.layers.{layer}.self_attn", tensor.Name[(at + Merged.Length)..])
            : [];
    }

    // Rows of query, key and value, one after another.
    private static IEnumerable<WeightTensor> Split(string path, WeightTensor tensor, string module, string parameter)
    {
        string[] parts = ["q_proj", "k_proj", "v_proj"];
        if (tensor.Shape.Count == 0 || tensor.Shape[0] % parts.Length != 0)
        {
            throw ModelFileException.Of(CheckpointTexts.OneVector, path, tensor.Name, "C", $"[{string.Join(", ", tensor.Shape)}]");
        }

        var length = tensor.Length / parts.Length;
        return parts.Select((part, i) => tensor with
        {
            Name = $"{module}.{part}.{parameter}",
            Shape = [tensor.Shape[0] / parts.Length, .. tensor.Shape.Skip(1)],
            Offset = tensor.Offset + (i * length),
            Length = length,
        });
    }
}
