using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DiffusionHub.Imaging.Metadata;
using DiffusionHub.Imaging.Vips;

namespace DiffusionHub.Imaging.Tests;

/// <summary>Files as somebody would make them who wishes the hub ill.</summary>
internal static class Hostile
{
    private static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A picture in libvips' spelling of a format, such as <c>.jpg[interlace]</c>.</summary>
    public static byte[] Encoded(string suffix, int width = 64, int height = 48)
    {
        using var image = VipsImage.From(ImageCodecTests.Gradient(width, height));
        return image.Encode(suffix);
    }

    /// <summary>A grey PNG of one colour: a few kB whatever its size. <paramref name="claimed"/> is the side that its header claims.</summary>
    public static byte[] PngOfOneColour(int claimed, int rows, byte depth = 8, params byte[][] chunks)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, claimed);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), claimed);
        header[8] = depth;
        return [.. Signature, .. Chunk("IHDR", header), .. chunks.SelectMany(c => c), .. Chunk("IDAT", Deflated(new byte[(long)rows * ((claimed * depth / 8) + 1)])), .. Chunk("IEND", [])];
    }

    /// <summary>One chunk of a PNG.</summary>
    public static byte[] Chunk(string type, byte[] data) => PngText.Chunk(Encoding.ASCII.GetBytes(type), data);

    /// <summary>A compressed text chunk that is <paramref name="bytes"/> long when it is inflated.</summary>
    public static byte[] TextBomb(int bytes) => Chunk("zTXt", [.. "Comment"u8, 0, 0, .. Deflated(new byte[bytes])]);

    /// <summary>A progressive JPEG whose last pass is there <paramref name="times"/> times.</summary>
    public static byte[] JpegOfPasses(int times, int side = 64)
    {
        var jpeg = Encoded(".jpg[interlace,Q=80]", side, side);
        var last = jpeg.AsSpan().LastIndexOf([(byte)0xFF, (byte)0xDA]);
        var pass = jpeg[last..^2];
        return [.. jpeg[..last], .. Enumerable.Repeat(pass, times).SelectMany(p => p), 0xFF, 0xD9];
    }

    /// <summary>The JPEG with a segment after its start.</summary>
    public static byte[] WithSegment(byte[] jpeg, byte marker, params byte[] data) =>
        [.. jpeg[..2], 0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data, .. jpeg[2..]];

    /// <summary>An EXIF segment's data that says how the picture is turned. EXIF 2.32, 4.6: little-endian, one entry, tag 0x0112.</summary>
    public static byte[] Exif(byte orientation) =>
        [.. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] Deflated(byte[] data)
    {
        using var memory = new MemoryStream();
        using (var zlib = new ZLibStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(data);
        }

        return memory.ToArray();
    }
}
