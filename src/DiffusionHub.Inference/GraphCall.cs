namespace DiffusionHub.Inference;

/// <summary>One run of a graph: what it reads and where it writes. The first dimension of every tensor counts the samples.</summary>
/// <param name="Inputs">Inputs by name.</param>
/// <param name="Outputs">Outputs by name.</param>
public sealed record GraphCall(IReadOnlyList<(string Name, GraphTensor Value)> Inputs, IReadOnlyList<(string Name, GraphTensor Value)> Outputs)
{
    /// <summary>Samples.</summary>
    public long Samples => Inputs[0].Value.Shape[0];

    /// <summary>Whether both can be one run: they differ in nothing but the number of samples.</summary>
    public bool FitsBeside(GraphCall other) => IsWhole && other.IsWhole && Alike(Inputs, other.Inputs) && Alike(Outputs, other.Outputs);

    // What is no batch (a scale for all) cannot be stacked.
    private bool IsWhole => Inputs.Concat(Outputs).All(tensor => tensor.Value.Shape is [var samples, ..] && samples == Samples);

    private static bool Alike(IReadOnlyList<(string Name, GraphTensor Value)> one, IReadOnlyList<(string Name, GraphTensor Value)> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => pair.First.Name == pair.Second.Name
            && pair.First.Value.GetType() == pair.Second.Value.GetType() && pair.First.Value.Shape.Skip(1).SequenceEqual(pair.Second.Value.Shape.Skip(1)));
}
