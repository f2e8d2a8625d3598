namespace DiffusionHub.Inference.Weights.Adapters;

/// <summary>
/// A change of one layer's weight (Hu et al. 2021, section 4.1): Δ = alpha/rank·up·down. For a convolution of k×k pixels down has all
/// of the kernel, or there is a third factor between the two that has it (a CP decomposition).
/// </summary>
/// <param name="Up">(O, r), or (O, r, 1, 1).</param>
/// <param name="Down">(r, I), (r, I, k, k), or (r, I, 1, 1) beside <paramref name="Middle"/>.</param>
/// <param name="Middle">(r, r, k, k) or null.</param>
/// <param name="Alpha">Null where the file has none: as large as the rank.</param>
internal sealed record LoraLayer(WeightTensor Up, WeightTensor Down, WeightTensor? Middle, float? Alpha)
{
    public long Rank => Down.Shape[0];

    /// <summary>Bytes of its factors.</summary>
    public long Length => Up.Length + Down.Length + (Middle?.Length ?? 0);

    /// <summary>alpha/rank.</summary>
    public float Scale => Alpha is { } alpha ? alpha / Rank : 1;

    /// <summary>Shape of the weight that it is for, but for sides of 1 at the end: a 1×1 convolution and a linear layer are the same.</summary>
    public IReadOnlyList<long> Shape => Trimmed([Up.Shape[0], Down.Shape[1], .. (Middle ?? Down).Shape.Skip(2)]);

    /// <summary>Whether the factors fit each other.</summary>
    public bool Consistent =>
        Up.Shape.Count >= 2 && Down.Shape.Count >= 2 && Rank > 0 && Flat(Up) && (Middle is null || Flat(Down))
        && Up.Shape[1] == (Middle is { Shape.Count: > 2 } ? Middle.Shape[0] : Rank)
        && (Middle is null || (Middle.Shape.Count > 2 && Middle.Shape[1] == Rank));

    public bool Fits(ReadOnlySpan<long> shape) => Shape.SequenceEqual(Trimmed([.. shape]));

    private static bool Flat(WeightTensor tensor) => tensor.Shape.Skip(2).All(side => side == 1);

    private static List<long> Trimmed(List<long> shape)
    {
        var length = shape.FindLastIndex(side => side != 1) + 1;
        return shape[..length];
    }
}
