using System.Text;

namespace DiffusionHub.Imaging.Tests;

/// <summary>What a picture says beside its pixels: it is heeded where it changes them, and never kept.</summary>
public sealed class StrippingTests
{
    [Theory]
    [InlineData(1, 64, 48)]
    [InlineData(3, 64, 48)]
    [InlineData(6, 48, 64)]
    [InlineData(8, 48, 64)]
    [InlineData(99, 64, 48)]
    public void Picture_is_turned_as_its_exif_says(byte orientation, int width, int height)
    {
        var image = ImageCodec.Decode(Hostile.WithSegment(Hostile.Encoded(".jpg[Q=95]"), 0xE1, Hostile.Exif(orientation)));
        (image.Width, image.Height).ShouldBe((width, height));
        // The gradient grows to the right: its dark side comes to the right, top or bottom.
        int At(int x, int y) => image.Pixels[((y * width) + x) * 3];
        var (first, last) = orientation switch { 6 => (At(24, 0), At(24, 63)), _ => (At(0, 24), At(width - 1, 24)) };
        (orientation switch { 3 => first > last, 8 => At(24, 0) > At(24, 63), _ => first < last }).ShouldBeTrue($"{first} {last}");
    }

    [Fact]
    public void Nothing_but_pixels_is_kept()
    {
        var jpeg = Hostile.WithSegment(Hostile.WithSegment(Hostile.WithSegment(Hostile.Encoded(".jpg[profile=p3]"),
            0xE1, [.. Hostile.Exif(1), .. "GPS of my house"u8]), 0xE1, [.. "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>secret"u8]), 0xFE, [.. "a comment"u8]);
        var png = Hostile.PngOfOneColour(8, 8, 8, Hostile.Chunk("tEXt", [.. "Author\0GPS of my house"u8]), Hostile.Chunk("eXIf", Hostile.Exif(1)[6..]));
        foreach (var file in new[] { jpeg, png })
        {
            var text = Encoding.Latin1.GetString(ImageCodec.Png(ImageCodec.Decode(file))) + Encoding.Latin1.GetString(ImageCodec.WebP(ImageCodec.Decode(file)));
            foreach (var trace in new[] { "GPS", "secret", "Exif", "eXIf", "EXIF", "iCCP", "ICCP", "tEXt", "XMP", "comment", "Author" })
            {
                text.ShouldNotContain(trace);
            }
        }
    }

    [Fact]
    public void Colours_of_a_profile_become_those_of_sRGB()
    {
        using var flat = Vips.VipsImage.From(new RgbImage(4, 4, [.. Enumerable.Repeat(new byte[] { 180, 120, 90 }, 16).SelectMany(p => p)]));
        var pixel = ImageCodec.Decode(flat.Encode(".png[profile=p3]")).Pixels.AsSpan(0, 3).ToArray();
        // Display P3 to sRGB: both have sRGB's curve; matrices of CSS Color 4, section 18.
        double[] p3 = [.. new[] { 180, 120, 90 }.Select(v => Math.Pow(((v / 255.0) + 0.055) / 1.055, 2.4))];
        double[][] matrix = [[1.2249402, -0.2249402, 0], [-0.0420570, 1.0420570, 0], [-0.0196376, -0.0786361, 1.0982736]];
        for (var i = 0; i < 3; i++)
        {
            var linear = matrix[i].Zip(p3, (a, b) => a * b).Sum();
            ((double)pixel[i]).ShouldBe(255 * ((1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055), 2.0);
        }
    }

    [Fact]
    public void Profile_that_is_none_does_no_harm()
    {
        byte[] garbage = [.. "ICC_PROFILE\0"u8, 1, 1, .. Enumerable.Range(0, 300).Select(i => (byte)(i * 37))];
        ImageCodec.Decode(Hostile.WithSegment(Hostile.Encoded(".jpg"), 0xE2, garbage)).Width.ShouldBe(64);
    }
}
