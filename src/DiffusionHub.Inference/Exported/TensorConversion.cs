using System.Runtime.InteropServices;
using DiffusionHub.Inference.Graphs.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference.Exported;

/// <summary>Numbers of one type as numbers of another.</summary>
internal static class TensorConversion
{
    // Exact for all that graphs are given: no identifier comes near 2⁵³.
    private const int Chunk = 1024;

    /// <summary>A tensor of that type; its content is undefined.</summary>
    public static GraphTensor Rent(OnnxType type, long[] shape) => type switch
    {
        OnnxType.Float16 => GraphTensor.Rent<Float16>(shape),
        OnnxType.BFloat16 => GraphTensor.Rent<BFloat16>(shape),
        OnnxType.Double => GraphTensor.Rent<double>(shape),
        OnnxType.Int32 => GraphTensor.Rent<int>(shape),
        OnnxType.Int64 => GraphTensor.Rent<long>(shape),
        _ => GraphTensor.Rent<float>(shape),
    };

    public static bool Is(this GraphTensor tensor, OnnxType type) => type == tensor switch
    {
        GraphTensor<float> => OnnxType.Float,
        GraphTensor<long> => OnnxType.Int64,
        GraphTensor<int> => OnnxType.Int32,
        GraphTensor<double> => OnnxType.Double,
        GraphTensor<Float16> => OnnxType.Float16,
        _ => OnnxType.BFloat16,
    };

    /// <summary>Copies <paramref name="count"/> numbers; floats become the nearest whole numbers.</summary>
    public static void Copy(GraphTensor from, int fromStart, GraphTensor to, int toStart, int count)
    {
        if (from is GraphTensor<float> source && to is GraphTensor<float> target)
        {
            source.Values.Slice(fromStart, count).CopyTo(target.Values[toStart..]);
            return;
        }

        Span<double> chunk = stackalloc double[Chunk];
        for (var done = 0; done < count; done += Chunk)
        {
            var part = chunk[..Math.Min(Chunk, count - done)];
            Load(from, fromStart + done, part);
            Store(part, to, toStart + done);
        }
    }

    private static void Load(GraphTensor tensor, int start, Span<double> numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = tensor switch
            {
                GraphTensor<float> t => t.Values[start + i],
                GraphTensor<long> t => t.Values[start + i],
                GraphTensor<int> t => t.Values[start + i],
                GraphTensor<double> t => t.Values[start + i],
                GraphTensor<Float16> t => (double)MemoryMarshal.Cast<Float16, Half>(t.Values)[start + i],
                GraphTensor<BFloat16> t => (float)t.Values[start + i],
                _ => throw new ArgumentException($"Numbers of {tensor.GetType()} are not known.", nameof(tensor)),
            };
        }
    }

    private static void Store(ReadOnlySpan<double> numbers, GraphTensor tensor, int start)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            switch (tensor)
            {
                case GraphTensor<float> t:
                    t.Values[start + i] = (float)numbers[i];
                    break;
                case GraphTensor<long> t:
                    t.Values[start + i] = (long)Math.Round(numbers[i]);
                    break;
                case GraphTensor<int> t:
                    t.Values[start + i] = (int)Math.Round(numbers[i]);
                    break;
                case GraphTensor<double> t:
                    t.Values[start + i] = numbers[i];
                    break;
                case GraphTensor<Float16> t:
                    MemoryMarshal.Cast<Float16, Half>(t.Values)[start + i] = (Half)numbers[i];
                    break;
                case GraphTensor<BFloat16> t:
                    t.Values[start + i] = (BFloat16)(float)numbers[i];
                    break;
                default:
                    throw new ArgumentException($"Numbers of {tensor.GetType()} are not known.", nameof(tensor));
            }
        }
    }
}
