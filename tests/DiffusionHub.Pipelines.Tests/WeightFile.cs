using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace DiffusionHub.Pipelines.Tests;

/// <summary>A <c>.safetensors</c> file in a test's hands: its tensors as they lie in it.</summary>
public sealed class WeightFile
{
    private readonly SortedDictionary<string, (string Type, long[] Shape, byte[] Bytes)> tensors = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => tensors.Keys;

    public static WeightFile Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var body = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var file = new WeightFile();
        foreach (var (name, tensor) in JsonNode.Parse(bytes.AsSpan(8, body - 8))!.AsObject().Where(t => t.Key != "__metadata__"))
        {
            var at = tensor!["data_offsets"]!.AsArray().GetValues<int>().ToArray();
            file.tensors[name] = ((string)tensor["dtype"]!, [.. tensor["shape"]!.AsArray().GetValues<long>()], bytes[(body + at[0])..(body + at[1])]);
        }

        return file;
    }

    public long[] Shape(string name) => tensors[name].Shape;

    /// <summary>Puts float32 numbers in place of a tensor, or beside the others.</summary>
    public WeightFile With(string name, long[] shape, float[] values)
    {
        tensors[name] = ("F32", shape, MemoryMarshal.AsBytes<float>(values).ToArray());
        return this;
    }

    public float[] Values(string name) => tensors[name].Type == "F32"
        ? MemoryMarshal.Cast<byte, float>(tensors[name].Bytes).ToArray()
        : Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(tensors[name].Bytes).ToArray(), value => (float)value);

    public string Write(string path)
    {
        var header = new JsonObject();
        var at = 0;
        foreach (var (name, (type, shape, bytes)) in tensors)
        {
            header[name] = new JsonObject { ["dtype"] = type, ["shape"] = new JsonArray([.. shape.Select(s => JsonValue.Create(s))]), ["data_offsets"] = new JsonArray(at, at += bytes.Length) };
        }

        var json = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. tensors.Values.SelectMany(t => t.Bytes)]);
        return path;
    }
}
