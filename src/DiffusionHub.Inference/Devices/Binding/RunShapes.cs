namespace DiffusionHub.Inference.Devices.Binding;

/// <summary>Names, types and shapes of the tensors of one run, in their order: runs with equal ones can share what is bound.</summary>
internal sealed class RunShapes : IEquatable<RunShapes>
{
    private readonly string text;

    public RunShapes(IReadOnlyList<(string Name, GraphTensor Value)> inputs, IReadOnlyList<(string Name, GraphTensor Value)> outputs) =>
        text = $"{Text(inputs)} -> {Text(outputs)}";

    public bool Equals(RunShapes? other) => other is not null && other.text == text;

    public override bool Equals(object? obj) => Equals(obj as RunShapes);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(text);

    public override string ToString() => text;

    private static string Text(IReadOnlyList<(string Name, GraphTensor Value)> tensors) =>
        string.Join("; ", tensors.Select(t => $"{t.Name} {t.Value.Value.GetTensorTypeAndShape().ElementDataType} [{string.Join(',', t.Value.Shape)}]"));
}
