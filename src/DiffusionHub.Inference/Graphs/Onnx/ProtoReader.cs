using System.Text;

namespace DiffusionHub.Inference.Graphs.Onnx;

/// <summary>
/// Reads one protobuf message field by field (<see href="https://protobuf.dev/programming-guides/encoding/"/>) where it lies; every
/// length is held against what is there. Damage is an <see cref="InvalidDataException"/>.
/// </summary>
/// <param name="bytes">The message.</param>
/// <param name="origin">Where it begins in its file.</param>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes, int origin = 0)
{
    private const int LongestText = 1 << 16;
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private ReadOnlySpan<byte> value;
    private long number;
    private int start;
    private int at;

    /// <summary>Number of the field that was read last.</summary>
    public int Field { get; private set; }

    public WireType Type { get; private set; }

    /// <summary>The field as it is written, with its tag.</summary>
    public readonly ReadOnlySpan<byte> Whole => bytes[start..at];

    /// <summary>Where the field's content begins in the file.</summary>
    public readonly int Place => origin + at - value.Length;

    public readonly long Number => Type == WireType.Number ? number : throw Damaged(OnnxTexts.Number);

    public readonly ReadOnlySpan<byte> Bytes => Type == WireType.Bytes ? value : throw Damaged(OnnxTexts.Bytes);

    public readonly string Text => Bytes.Length <= LongestText ? Encoding.UTF8.GetString(Bytes) : throw Damaged(OnnxTexts.Text);

    public readonly ProtoReader Message => new(Bytes, Place);

    /// <summary>Goes on to the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (at == bytes.Length)
        {
            return false;
        }

        start = at;
        var tag = Varint();
        Field = tag >> 3 is > 0 and < 1 << 29 ? (int)(tag >> 3) : throw Damaged(OnnxTexts.Field);
        Type = (WireType)(tag & 7);
        value = default;
        number = 0;
        switch (Type)
        {
            case WireType.Number:
                number = (long)Varint();
                break;
            case WireType.Bytes:
                value = Take(Varint());
                break;
            case WireType.Fixed64:
                value = Take(sizeof(long));
                break;
            case WireType.Fixed32:
                value = Take(sizeof(int));
                break;
            default:
                throw Damaged(OnnxTexts.Type);
        }

        return true;
    }

    /// <summary>Adds the field's whole numbers, one or several packed together, to <paramref name="list"/>, which may hold <paramref name="most"/>.</summary>
    public readonly void Numbers(List<long> list, int most)
    {
        if (Type == WireType.Number)
        {
            list.Add(number);
        }
        else
        {
            for (var packed = Message; packed.at < packed.bytes.Length && list.Count <= most;)
            {
                list.Add((long)packed.Varint());
            }
        }

        _ = list.Count <= most ? 0 : throw Damaged(string.Format(null, OnnxTexts.Most, most));
    }

    /// <summary>A 32-bit floating point number.</summary>
    public readonly float Float => Type == WireType.Fixed32 ? BitConverter.ToSingle(value) : throw Damaged(OnnxTexts.Float);

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(bytes.Length - at))
        {
            throw new InvalidDataException(string.Format(null, OnnxTexts.Length, origin + at, length, bytes.Length - at));
        }

        var taken = bytes.Slice(at, (int)length);
        at += (int)length;
        return taken;
    }

    private ulong Varint()
    {
        ulong result = 0;
        for (var shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            var next = bytes[at++];
            result |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return result;
            }
        }

        throw Damaged(OnnxTexts.Number);
    }

    private readonly InvalidDataException Damaged(string expected) => new(string.Format(null, OnnxTexts.Damaged, origin + start, expected));
}

/// <summary>How a field is encoded.</summary>
internal enum WireType
{
    Number = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
