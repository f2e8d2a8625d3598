using System.Numerics;
using System.Runtime.InteropServices;

namespace DiffusionHub.Inference.Weights;

/// <summary>Looks for numbers that are not numbers: a number is infinite or NaN when all bits of its exponent are set.</summary>
internal static class FiniteCheck
{
    // Read at a time, and given back: a check must not keep a model of many gigabytes in memory.
    private const int Chunk = 1 << 23;

    /// <exception cref="ModelFileException">Numbers of <paramref name="tensor"/>, which the message calls <paramref name="name"/>, are infinite or NaN.</exception>
    public static void Check(SafetensorsFile file, WeightTensor tensor, string name, CancellationToken cancel)
    {
        if (CountNonFinite(file, tensor, cancel) is > 0 and var count)
        {
            throw ModelFileException.Of(WeightsTexts.NotFinite, file.Path, name, count, tensor.Shape.Aggregate(1L, (product, side) => product * side));
        }
    }

    private static long CountNonFinite(SafetensorsFile file, WeightTensor tensor, CancellationToken cancel)
    {
        var held = false;
        file.Memory.DangerousAddRef(ref held);
        try
        {
            long count = 0;
            for (long at = 0; at < tensor.Length; at += Chunk)
            {
                cancel.ThrowIfCancellationRequested();
                var (offset, length) = (tensor.Offset + at, (int)Math.Min(Chunk, tensor.Length - at));
                var bytes = file.Bytes(offset, length);
                count += tensor.Type switch
                {
                    WeightType.Float32 => Count(MemoryMarshal.Cast<byte, uint>(bytes), 0x7F80_0000u),
                    WeightType.Float16 => Count<ushort>(MemoryMarshal.Cast<byte, ushort>(bytes), 0x7C00),
                    WeightType.BFloat16 => Count<ushort>(MemoryMarshal.Cast<byte, ushort>(bytes), 0x7F80),
                    _ => 0,
                };
                NativeMemory.ReleasePages(file.Memory, offset, length);
            }

            return count;
        }
        finally
        {
            file.Memory.DangerousRelease();
        }
    }

    private static long Count<T>(ReadOnlySpan<T> numbers, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var mask = new Vector<T>(exponent);
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(numbers);
        long count = 0;
        for (var i = 0; i < vectors.Length; i++)
        {
            // Counted one by one only where there is any: in a sound file nowhere.
            count += Vector.EqualsAny(vectors[i] & mask, mask) ? CountEach(numbers.Slice(i * Vector<T>.Count, Vector<T>.Count), exponent) : 0;
        }

        return count + CountEach(numbers[(vectors.Length * Vector<T>.Count)..], exponent);
    }

    private static long CountEach<T>(ReadOnlySpan<T> numbers, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        long count = 0;
        foreach (var number in numbers)
        {
            count += (number & exponent) == exponent ? 1 : 0;
        }

        return count;
    }
}
