using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace DiffusionHub.Inference.Weights;

/// <summary>Reads tensors as numbers, where they are no parameters of a graph: statistics, say.</summary>
public static class StoredNumbers
{
    /// <summary>The numbers of a floating-point tensor, C order.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The tensor.</param>
    /// <param name="shape">The shape that it must have; −1 where a dimension may have any length.</param>
    /// <exception cref="ModelFileException">It is missing, has another shape or type, or holds what is no number.</exception>
    public static float[] Floats(this SafetensorsFile file, string name, params ReadOnlySpan<long> shape)
    {
        var tensor = Find(file, name, shape);
        if (!tensor.IsFloat)
        {
            throw ModelFileException.Of(WeightsTexts.NoFloats, file.Path, name);
        }

        FiniteCheck.Check(file, tensor, name, CancellationToken.None);
        var values = new float[tensor.Shape.Aggregate(1L, (product, side) => product * side)];
        Convert(tensor.Type, file.Bytes(tensor), values);
        return values;
    }

    /// <summary>The numbers of a tensor of 8-bit integers, C order.</summary>
    /// <inheritdoc cref="Floats"/>
    public static sbyte[] Integers(this SafetensorsFile file, string name, params ReadOnlySpan<long> shape)
    {
        var tensor = Find(file, name, shape);
        return tensor.Type == WeightType.Int8
            ? MemoryMarshal.Cast<byte, sbyte>(file.Bytes(tensor)).ToArray()
            : throw ModelFileException.Of(WeightsTexts.NoIntegers, file.Path, name);
    }

    /// <summary>Stored floating-point numbers as float32.</summary>
    internal static void Convert(WeightType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case WeightType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
                break;
            case WeightType.BFloat16:
                var halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < halves.Length; i++)
                {
                    values[i] = BitConverter.Int32BitsToSingle(halves[i] << 16);
                }

                break;
            default:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
        }
    }

    private static WeightTensor Find(SafetensorsFile file, string name, ReadOnlySpan<long> shape)
    {
        if (!file.Header.Tensors.TryGetValue(name, out var tensor))
        {
            throw ModelFileException.Of(WeightsTexts.Missing, file.Path, name, Text(shape));
        }

        var fits = tensor.Shape.Count == shape.Length;
        for (var i = 0; fits && i < shape.Length; i++)
        {
            fits = shape[i] < 0 || shape[i] == tensor.Shape[i];
        }

        return fits ? tensor : throw ModelFileException.Of(WeightsTexts.WrongShape, file.Path, name, Text(shape), Text([.. tensor.Shape]));
    }

    private static string Text(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray().Select(side => side < 0 ? "…" : $"{side}"))}]";
}
