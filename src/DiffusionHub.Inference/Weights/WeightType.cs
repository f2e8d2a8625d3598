namespace DiffusionHub.Inference.Weights;

/// <summary>How the numbers of a tensor are stored.</summary>
public enum WeightType
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>16-bit floating point with 10 bits of fraction.</summary>
    Float16,

    /// <summary>The upper half of a 32-bit floating point number.</summary>
    BFloat16,

    /// <summary>Anything that no graph reads: integers, booleans, doubles.</summary>
    Other,
}

/// <summary>A tensor in a weights file.</summary>
/// <param name="Name">Its name, such as <c>mid_block.resnets.0.conv1.weight</c>.</param>
/// <param name="Type">How its numbers are stored.</param>
/// <param name="Shape">Length of each dimension, C order; empty for a single number.</param>
/// <param name="Offset">Where it begins, in bytes from the beginning of the file.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Transposed">Whether the numbers lie in the order of the transposed matrix: the shape is (P, C), stored is (C, P).</param>
public sealed record WeightTensor(string Name, WeightType Type, IReadOnlyList<long> Shape, long Offset, long Length, bool Transposed = false);
