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

    /// <summary>8-bit integers with a sign, which only <see cref="StoredNumbers"/> reads.</summary>
    Int8,

    /// <summary>Anything that no graph reads: other integers, booleans, doubles.</summary>
    Other,
}

/// <summary>A tensor in a weights file.</summary>
/// <param name="Name">Its name, such as <c>mid_block.resnets.0.conv1.weight</c>.</param>
/// <param name="Type">How its numbers are stored.</param>
/// <param name="Shape">Length of each dimension, C order; empty for a single number.</param>
/// <param name="Offset">Where it begins, in bytes from the beginning of the file.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Transposed">Whether the numbers lie in the order of the transposed matrix: the shape is (P, C), stored is (C, P).</param>
public sealed record WeightTensor(string Name, WeightType Type, IReadOnlyList<long> Shape, long Offset, long Length, bool Transposed = false)
{
    /// <summary>Whether its numbers are of a type that graphs calculate with.</summary>
    internal bool IsFloat => Type is WeightType.Float32 or WeightType.Float16 or WeightType.BFloat16;
}
