using System.Runtime.InteropServices;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Exported.Onnx;

/// <summary>An input or output of a graph in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its elements; null where it is no tensor.</param>
/// <param name="Shape">Its dimensions; null where the file does not say.</param>
internal sealed record OnnxValue(string Name, OnnxType? Type, IReadOnlyList<OnnxDimension>? Shape)
{
    /// <summary>The length of a dimension where it is fixed.</summary>
    public long? Fixed(int dimension) => Shape is { } shape && dimension < shape.Count && shape[dimension] is { Name: null, Length: > 0 } side ? side.Length : null;
}

/// <summary>A node of a graph in a file.</summary>
internal sealed record OnnxNode(string Name, string Type, string Domain, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<OnnxNumber> Numbers, OnnxPlace Place)
{
    /// <summary>An input's name; empty where the node leaves it out.</summary>
    public string Input(int index) => index < Inputs.Count ? Inputs[index] : "";

    /// <summary>An attribute that is a number; null where it has none of that name.</summary>
    public float? Number(string name) => Numbers.FirstOrDefault(n => n.Name == name)?.Number;

    /// <summary>An attribute that is a whole number; null where it has none of that name.</summary>
    public long? Whole(string name) => Numbers.FirstOrDefault(n => n.Name == name)?.Whole;
}

/// <summary>An attribute of a node that is one number.</summary>
internal sealed record OnnxNumber(string Name, float? Number, long? Whole);

/// <summary>A constant of a graph in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its elements.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Message">Where the file has the message that describes it.</param>
/// <param name="Data">Where its bytes lie, or null where they are told number by number.</param>
internal sealed record OnnxTensor(string Name, OnnxType Type, long[] Shape, OnnxPlace Message, OnnxData? Data);

/// <summary>Where the bytes of a constant lie.</summary>
/// <param name="Location">The file, relative to the model's folder; null: the model's own.</param>
/// <param name="Offset">Where they begin there.</param>
/// <param name="Length">How many they are.</param>
internal sealed record OnnxData(string? Location, long Offset, long Length);

/// <summary>A part of a file.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OnnxPlace(int Start, int Length);
