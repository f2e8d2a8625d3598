using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Gradients;

/// <summary>What a builder wrote, in the order in which it wrote it.</summary>
/// <param name="weights">The parameters.</param>
internal sealed class GraphTape(WeightSet weights)
{
    public WeightSet Weights => weights;

    public List<TapeNode> Nodes { get; } = [];

    /// <summary>Inputs by name.</summary>
    public Dictionary<string, TapeValue> Inputs { get; } = new(StringComparer.Ordinal);

    /// <summary>By an output's name, the value that it gives out.</summary>
    public Dictionary<string, TapeValue> Outputs { get; } = new(StringComparer.Ordinal);

    /// <summary>Constant lists of whole numbers by name.</summary>
    public Dictionary<string, long[]> Integers { get; } = new(StringComparer.Ordinal);

    /// <summary>Constants by name.</summary>
    public Dictionary<string, float[]> Floats { get; } = new(StringComparer.Ordinal);
}

/// <summary>An input or output as it is declared.</summary>
internal sealed record TapeValue(string Name, OnnxDimension[] Shape);

/// <summary>A node as the builder wrote it.</summary>
internal sealed record TapeNode(string Type, string Domain, string[] Inputs, string[] Outputs, OnnxAttribute[] Attributes)
{
    public T Attribute<T>(string name, T otherwise) => Array.Find(Attributes, attribute => attribute.Name == name).Value is T value ? value : otherwise;
}
