using System.Text;

namespace DiffusionHub.Pipelines.Tests.Safety;

/// <summary>An ONNX file as another exporter would write it: the logits are the means of red, green and blue. Encoded by hand (onnx.proto3).</summary>
internal static class TinyOnnx
{
    /// <param name="path">The file.</param>
    /// <param name="side">Side of its pictures; 0: any.</param>
    /// <param name="logits">What gives the logits: Identity, or something that breaks them.</param>
    public static void Write(string path, int side, string logits = "Identity") => File.WriteAllBytes(path,
    [
        .. Number(1, 8), .. Part(8, [.. Part(1, []), .. Number(2, 17)]),
        .. Part(7,
        [
            .. Node("GlobalAveragePool", "pixel_values", "pool"), .. Node("Flatten", "pool", "flat"), .. Node(logits, "flat", "logits"), .. Text(2, "tiny"),
            .. Part(11, Value("pixel_values", 0, 3, side, side)), .. Part(12, Value("logits", 0, 3)),
        ]),
    ]);

    private static byte[] Node(string kind, string input, string output) => Part(1, [.. Text(1, input), .. Text(2, output), .. Text(4, kind)]);

    // float32; 0 is a length that has a name instead.
    private static byte[] Value(string name, params int[] shape) =>
        [.. Text(1, name), .. Part(2, Part(1, [.. Number(1, 1), .. Part(2, [.. shape.SelectMany(length => Part(1, length > 0 ? Number(1, length) : Text(2, "any")))])]))];

    private static byte[] Text(int field, string text) => Part(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Part(int field, byte[] content) => [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value > 127; value >>= 7)
        {
            yield return (byte)((value & 127) | 128);
        }

        yield return (byte)value;
    }
}
