using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Adapters;

/// <summary>A tensor in a test: its shape and its numbers.</summary>
internal sealed record TestTensor(long[] Shape, float[] Values)
{
    /// <summary>Small numbers, the same for the same seed.</summary>
    public static TestTensor Random(int seed, params long[] shape)
    {
        var random = new Random(seed);
        return new TestTensor(shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (p, s) => p * s)).Select(_ => (float)((random.NextDouble() - 0.5) / 2))]);
    }
}

/// <summary>Reads and writes whole <c>.safetensors</c> files.</summary>
internal static class TestWeights
{
    public static Dictionary<string, TestTensor> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return SafetensorsHeader.Read(path).Tensors.Values.ToDictionary(
            t => t.Name, t => new TestTensor([.. t.Shape], MemoryMarshal.Cast<byte, float>(bytes.AsSpan((int)t.Offset, (int)t.Length)).ToArray()), StringComparer.Ordinal);
    }

    public static void Write(string path, IReadOnlyDictionary<string, TestTensor> tensors, WeightType type = WeightType.Float32, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var header = new StringBuilder("{");
        header.Append(metadata is null ? "" : $"\"__metadata__\":{JsonSerializer.Serialize(metadata)}");
        using var data = new MemoryStream();
        foreach (var (name, tensor) in tensors)
        {
            var begin = data.Length;
            data.Write(Bytes(tensor.Values, type));
            var kind = type switch { WeightType.Float16 => "F16", WeightType.BFloat16 => "BF16", _ => "F32" };
            header.Append(header.Length > 1 ? "," : "").Append(
                CultureInfo.InvariantCulture, $$"""{{JsonSerializer.Serialize(name)}}:{"dtype":"{{kind}}","shape":[{{string.Join(',', tensor.Shape)}}],"data_offsets":[{{begin}},{{data.Length}}]}""");
        }

        var json = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. data.ToArray()]);
    }

    /// <summary>The number as a file of that type keeps it.</summary>
    public static float Stored(float value, WeightType type) => type switch
    {
        WeightType.Float16 => (float)(Half)value,
        WeightType.BFloat16 => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) & unchecked((int)0xFFFF0000)),
        _ => value,
    };

    private static byte[] Bytes(float[] values, WeightType type) => type switch
    {
        WeightType.Float16 => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, v => (Half)v)).ToArray(),
        WeightType.BFloat16 => MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(values, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))).ToArray(),
        _ => MemoryMarshal.AsBytes<float>(values).ToArray(),
    };
}
