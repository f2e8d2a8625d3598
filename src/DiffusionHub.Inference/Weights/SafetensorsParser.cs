using System.Text.Json;

namespace DiffusionHub.Inference.Weights;

/// <summary>Reads the JSON of a safetensors header token by token, so that a hostile one costs no more than its own length.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="data">Where the tensors begin in it.</param>
internal sealed class SafetensorsParser(string path, long data)
{
    // The format's types and how many bits an element of each takes.
    private static readonly Dictionary<string, (WeightType Type, int Bytes)> Types = new(StringComparer.Ordinal)
    {
        ["F32"] = (WeightType.Float32, 4), ["F16"] = (WeightType.Float16, 2), ["BF16"] = (WeightType.BFloat16, 2),
        ["F64"] = (WeightType.Other, 8), ["I64"] = (WeightType.Other, 8), ["U64"] = (WeightType.Other, 8),
        ["I32"] = (WeightType.Other, 4), ["U32"] = (WeightType.Other, 4), ["I16"] = (WeightType.Other, 2), ["U16"] = (WeightType.Other, 2),
        ["I8"] = (WeightType.Int8, 1), ["U8"] = (WeightType.Other, 1), ["BOOL"] = (WeightType.Other, 1),
        ["F8_E4M3"] = (WeightType.Other, 1), ["F8_E5M2"] = (WeightType.Other, 1),
    };

    public Dictionary<string, WeightTensor> Tensors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public void Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            Expect(ref reader, JsonTokenType.StartObject);
            while (Next(ref reader) == JsonTokenType.PropertyName)
            {
                ReadMember(ref reader, reader.GetString()!);
            }

            while (reader.Read())
            {
                throw new JsonException();
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new ModelFileException(string.Format(null, WeightsTexts.NotJson, path, fault.Message), fault);
        }
    }

    private void ReadMember(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        if (name == "__metadata__")
        {
            while (Next(ref reader) == JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                Expect(ref reader, JsonTokenType.String);
                Metadata[key] = reader.GetString()!;
            }
        }
        else if (!Tensors.TryAdd(name, ReadTensor(ref reader, name)))
        {
            throw ModelFileException.Of(WeightsTexts.Twice, path, name);
        }
    }

    private WeightTensor ReadTensor(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        List<long>? shape = null, place = null;
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            switch (reader.GetString())
            {
                case "dtype":
                    Expect(ref reader, JsonTokenType.String);
                    type = reader.GetString();
                    break;
                case "shape":
                    shape = ReadNumbers(ref reader);
                    break;
                case "data_offsets":
                    place = ReadNumbers(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (type is null || shape is null || place is not { Count: 2 })
        {
            throw ModelFileException.Of(WeightsTexts.Incomplete, path, name);
        }

        return Types.TryGetValue(type, out var known)
            ? new WeightTensor(name, known.Type, shape, data + place[0], Length(name, type, known.Bytes, shape, place))
            : throw ModelFileException.Of(WeightsTexts.UnknownType, path, name, type, string.Join(", ", Types.Keys));
    }

    private long Length(string name, string type, int bytes, List<long> shape, List<long> place)
    {
        var expected = shape.Contains(0) ? Int128.Zero : shape.Aggregate((Int128)bytes, (product, side) => product > long.MaxValue ? product : product * side);
        var found = place[1] - place[0];
        return expected == found && place[1] <= long.MaxValue - data
            ? found
            : throw ModelFileException.Of(WeightsTexts.WrongLength, path, name, $"{type} [{string.Join(", ", shape)}]", expected, found);
    }

    private List<long> ReadNumbers(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartArray);
        var numbers = new List<long>(4);
        while (Next(ref reader) == JsonTokenType.Number)
        {
            numbers.Add(reader.TryGetInt64(out var number) && number >= 0 ? number : throw ModelFileException.Of(WeightsTexts.Number, path));
        }

        return reader.TokenType == JsonTokenType.EndArray ? numbers : throw new JsonException();
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) => reader.Read() ? reader.TokenType : throw new JsonException();

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (Next(ref reader) != type)
        {
            throw new JsonException();
        }
    }
}
