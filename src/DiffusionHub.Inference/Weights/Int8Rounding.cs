using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace DiffusionHub.Inference.Weights;

/// <summary>Rounds matrices to 8-bit integers: row by row, so that the row's largest number becomes ±127.</summary>
internal static class Int8Rounding
{
    private const float Largest = sbyte.MaxValue;

    /// <summary>The transposed matrix (C, P) of a tensor (P, C), and the P scales by which its columns are multiplied.</summary>
    public static unsafe (SafeBuffer Numbers, float[] Scales) Transposed(SafetensorsFile file, WeightTensor tensor)
    {
        var (rows, columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        var numbers = new NativeBuffer(checked((nuint)rows * (nuint)columns));
        var target = (sbyte*)numbers.DangerousGetHandle();
        var scales = new float[rows];
        var each = tensor.Length / rows;
        Parallel.For(0, rows, () => new float[columns], (row, _, values) =>
        {
            StoredNumbers.Convert(tensor.Type, file.Bytes(tensor.Offset + (row * each), (int)each), values);
            var scale = TensorPrimitives.MaxMagnitude(values);
            scale = Math.Abs(scale) / Largest;
            scales[row] = scale;
            for (var column = 0; column < columns; column++)
            {
                target[((long)column * rows) + row] = scale > 0 ? (sbyte)MathF.Round(values[column] / scale) : (sbyte)0;
            }

            return values;
        }, _ => { });
        return (numbers, scales);
    }
}
