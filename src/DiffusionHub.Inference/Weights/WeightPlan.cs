using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace DiffusionHub.Inference.Weights;

/// <summary>
/// Weights that are not there yet: a graph that is written over a plan tells it which tensors it needs, and the plan writes a file of
/// that shape with random numbers. For measurements at the sizes of published models.
/// </summary>
/// <param name="path">The file to write.</param>
/// <param name="type">How to store the numbers: float32 or float16.</param>
public sealed class WeightPlan(string path, WeightType type) : WeightSet(path)
{
    private readonly List<WeightTensor> tensors = [];
    private long length;

    /// <summary>What graphs have asked for.</summary>
    public IReadOnlyList<WeightTensor> Tensors => tensors;

    /// <summary>Numbers in all tensors together.</summary>
    public long Parameters => tensors.Sum(t => t.Length) / Size;

    private int Size => type == WeightType.Float32 ? sizeof(float) : sizeof(short);

    /// <summary>Writes the file: normal numbers with a standard deviation that keeps a layer's output at the size of its input; the same each time.</summary>
    public void Write()
    {
        var header = Header();
        using var file = File.Create(Path);
        Span<byte> start = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(start, header.Length);
        file.Write(start);
        file.Write(header);
        var random = new Random(1);
        var pool = new float[1 << 16];
        for (var i = 0; i < pool.Length; i++)
        {
            pool[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        foreach (var tensor in tensors)
        {
            // The runtime keeps equal weights once, so that no two may be equal.
            pool[0] = (float)random.NextDouble();
            Write(file, tensor, pool);
        }
    }

    internal override (SafetensorsFile? File, WeightTensor Tensor) Get(string name, ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (var side in shape)
        {
            count *= side;
        }

        var tensor = new WeightTensor(name, type, shape.ToArray(), length, count * Size);
        length += tensor.Length;
        tensors.Add(tensor);
        return (null, tensor);
    }

    private byte[] Header()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", type == WeightType.Float32 ? "F32" : "F16");
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [tensor.Offset, tensor.Offset + tensor.Length]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Blanks, as the original library adds them: so the tensors begin at a multiple of 8, and the runtime can use them where they lie.
        while (stream.Length % sizeof(long) != 0)
        {
            stream.WriteByte((byte)' ');
        }

        return stream.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    // Biases and the factors of normalisations are near 0 and 1; elsewhere the deviation is 1/√(inputs).
    private void Write(FileStream file, WeightTensor tensor, float[] pool)
    {
        var inputs = tensor.Shape.Skip(1).Aggregate(1L, (product, side) => product * side);
        var deviation = tensor.Shape.Count > 1 ? 1 / MathF.Sqrt(inputs) : 0.02f;
        var middle = tensor.Shape.Count == 1 && tensor.Name.Contains("norm", StringComparison.Ordinal) && tensor.Name.EndsWith("weight", StringComparison.Ordinal) ? 1f : 0f;
        var values = Array.ConvertAll(pool, number => middle + (number * deviation));
        var bytes = type == WeightType.Float32 ? MemoryMarshal.AsBytes<float>(values) : MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, v => (Half)v));
        for (var left = tensor.Length; left > 0; left -= bytes.Length)
        {
            file.Write(bytes[..(int)Math.Min(left, bytes.Length)]);
        }
    }
}
