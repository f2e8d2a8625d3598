using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Checkpoints;

/// <summary>A tensor of a file that a test makes.</summary>
internal sealed record TestTensor(long[] Shape, float[] Values);

/// <summary>Tensors by name, to be written as a <c>.safetensors</c> file.</summary>
internal sealed class TensorFile : SortedDictionary<string, TestTensor>
{
    private readonly Dictionary<string, string> metadata = [];

    public TensorFile()
        : base(StringComparer.Ordinal)
    {
    }

    /// <summary>Random numbers for each of a plan's tensors, others for each name.</summary>
    public static TensorFile Random(WeightPlan plan)
    {
        var file = new TensorFile();
        var seed = 1;
        foreach (var tensor in plan.Tensors)
        {
            file[tensor.Name] = Random(seed++, [.. tensor.Shape]);
        }

        return file;
    }

    public static TestTensor Random(int seed, params long[] shape)
    {
        var random = new Random(seed);
        var values = new float[shape.Aggregate(1L, (product, side) => product * side)];
        var size = 1.7f / MathF.Sqrt(shape.Skip(1).Aggregate(1L, (product, side) => product * side));
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ((2 * random.NextSingle()) - 1) * (shape.Length == 1 ? 0.5f : size);
        }

        return new TestTensor(shape, values);
    }

    public TensorFile With(string name, TestTensor? tensor)
    {
        if (tensor is null)
        {
            Remove(name).ShouldBeTrue(name);
        }
        else
        {
            this[name] = tensor;
        }

        return this;
    }

    public TensorFile With(TensorFile others)
    {
        foreach (var (name, tensor) in others)
        {
            Add(name, tensor);
        }

        return this;
    }

    public TensorFile Noting(string key, string value)
    {
        metadata[key] = value;
        return this;
    }

    public string Write(string path, bool half = false)
    {
        using var file = WriteHeader(path, half);
        foreach (var tensor in Values)
        {
            file.Write(half ? MemoryMarshal.AsBytes<Half>(Array.ConvertAll(tensor.Values, v => (Half)v)) : MemoryMarshal.AsBytes<float>(tensor.Values));
        }

        return path;
    }

    /// <summary>A file with a hole where the numbers would be.</summary>
    public string WriteShapes(string path)
    {
        using var file = WriteHeader(path, half: false);
        file.SetLength(file.Position + Values.Sum(tensor => Length(tensor, half: false)));
        return path;
    }

    private static long Length(TestTensor tensor, bool half) => tensor.Shape.Aggregate(half ? 2L : 4L, (product, side) => product * side);

    private FileStream WriteHeader(string path, bool half)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WritePropertyName("__metadata__");
            JsonSerializer.Serialize(json, metadata);
            var at = 0L;
            foreach (var (name, tensor) in this)
            {
                var end = at + Length(tensor, half);
                json.WritePropertyName(name);
                JsonSerializer.Serialize(json, new { dtype = half ? "F16" : "F32", shape = tensor.Shape, data_offsets = new[] { at, end } });
                at = end;
            }

            json.WriteEndObject();
        }

        var file = File.Create(path);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Write(length);
        file.Write(header.ToArray());
        return file;
    }
}
