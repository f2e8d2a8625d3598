using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DiffusionHub.Inference.Graphs.Onnx;

/// <summary>
/// Writes one protobuf message: the three encodings that ONNX's messages use
/// (<see href="https://protobuf.dev/programming-guides/encoding/"/>). Field numbers are those of <c>onnx.proto</c>.
/// </summary>
internal sealed class ProtoWriter
{
    private const int VarintType = 0;
    private const int BytesType = 2;
    private const int Fixed32Type = 5;

    private readonly ArrayBufferWriter<byte> bytes = new();

    public ReadOnlySpan<byte> Written => bytes.WrittenSpan;

    public void Number(int field, long value)
    {
        Varint(Tag(field, VarintType));
        Varint((ulong)value);
    }

    public void Float(int field, float value)
    {
        Varint(Tag(field, Fixed32Type));
        BinaryPrimitives.WriteSingleLittleEndian(bytes.GetSpan(sizeof(float)), value);
        bytes.Advance(sizeof(float));
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(Tag(field, BytesType));
        Varint((ulong)value.Length);
        bytes.Write(value);
    }

    /// <summary>A field as it stands elsewhere, with its tag.</summary>
    public void Raw(ReadOnlySpan<byte> whole) => bytes.Write(whole);

    public void Message(int field, Action<ProtoWriter> write)
    {
        var inner = new ProtoWriter();
        write(inner);
        Bytes(field, inner.Written);
    }

    private static ulong Tag(int field, int type) => (ulong)((field << 3) | type);

    private void Varint(ulong value)
    {
        var span = bytes.GetSpan(10);
        var length = 0;
        while (value > 0x7F)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        bytes.Advance(length);
    }
}
