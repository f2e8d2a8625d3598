namespace DiffusionHub.Inference;

/// <summary>An input or output that a graph declares.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="ElementType">.NET type of an element: <see cref="float"/>, <see cref="long"/>, <see cref="int"/>, …</param>
/// <param name="Shape">Length of each dimension; −1 where any length fits.</param>
public sealed record TensorInfo(string Name, Type ElementType, IReadOnlyList<int> Shape);
