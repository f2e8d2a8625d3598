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
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WritePropertyName("__metadata__");
            JsonSerializer.Serialize(json, metadata);
            var at = 0L;
            foreach (var (name, tensor) in this)
            {
                var end = at + (tensor.Values.Length * (half ? 2 : 4));
                json.WritePropertyName(name);
                JsonSerializer.Serialize(json, new { dtype = half ? "F16" : "F32", shape = tensor.Shape, data_offsets = new[] { at, end } });
                at = end;
            }

            json.WriteEndObject();
        }

        using var file = File.Create(path);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Write(length);
        file.Write(header.ToArray());
        foreach (var tensor in Values)
        {
            file.Write(half ? MemoryMarshal.AsBytes<Half>(Array.ConvertAll(tensor.Values, v => (Half)v)) : MemoryMarshal.AsBytes<float>(tensor.Values));
        }

        return path;
    }
}
