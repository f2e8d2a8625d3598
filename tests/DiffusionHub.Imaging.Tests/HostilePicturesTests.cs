using System.Text;
using DiffusionHub.Imaging.Vips;

namespace DiffusionHub.Imaging.Tests;

/// <summary>What strangers may send in place of a picture.</summary>
public sealed class HostilePicturesTests
{
    public static TheoryData<string, byte[]> Foreign => new()
    {
        { "SVG", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><script>alert(1)</script></svg>"u8.ToArray() },
        { "SVG in XML", "<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"u8.ToArray() },
        { "GIF", [.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B] },
        { "PDF", "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n"u8.ToArray() },
        { "HEIF", [0, 0, 0, 24, .. "ftypheic\0\0\0\0mif1heic"u8] },
        { "AVIF", [0, 0, 0, 24, .. "ftypavif\0\0\0\0mif1avif"u8] },
        { "TIFF", Hostile.Encoded(".tif") },
        { "libvips' own", [0xB6, 0xA6, 0xF2, 0x08, .. new byte[80]] },
        { "PPM", "P6 1 1 255\nabc"u8.ToArray() },
        { "BMP", [.. "BM"u8, .. new byte[60]] },
        { "PostScript", "%!PS-Adobe-3.0 EPSF-3.0\n"u8.ToArray() },
        { "ImageMagick's MVG", "push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'https://example.com/x.png'\npop graphic-context\n"u8.ToArray() },
        { "a page", "<!DOCTYPE html><script>alert(1)</script>"u8.ToArray() },
        { "RIFF that is sound", [.. "RIFF"u8, 36, 0, 0, 0, .. "WAVEfmt "u8, .. new byte[32]] },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public unsafe void Other_formats_are_refused_before_a_decoder_sees_them_and_by_the_library_too(string what, byte[] file)
    {
        Should.Throw<ImagingException>(() => ImageCodec.Decode(file), what).Message.ShouldContain("PNG, JPEG or WebP");
        Should.Throw<ImagingException>(() =>
        {
            fixed (byte* bytes = file)
            {
                VipsImage.Open(bytes, file.Length).Dispose();
            }
        }, what);
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".png[interlace]")]
    [InlineData(".png[bitdepth=8,palette]")]
    [InlineData(".jpg")]
    [InlineData(".jpg[interlace]")]
    [InlineData(".webp")]
    [InlineData(".webp[lossless]")]
    public void The_three_formats_are_read(string suffix)
    {
        var image = ImageCodec.Decode(Hostile.Encoded(suffix));
        (image.Width, image.Height).ShouldBe((64, 48));
    }

    [Fact]
    public void Picture_of_900_million_pixels_in_a_few_kB_is_refused_by_its_header()
    {
        var bomb = Hostile.PngOfOneColour(30_000, rows: 100);
        bomb.Length.ShouldBeLessThan(50_000);
        Should.Throw<ImagingException>(() => ImageCodec.Decode(bomb)).Message.ShouldContain("30000 × 30000");
    }

    [Fact]
    public void Header_that_claims_more_than_there_is_makes_no_picture() =>
        Should.Throw<ImagingException>(() => ImageCodec.Decode(Hostile.PngOfOneColour(4000, rows: 1)));

    [Fact]
    public void Jpeg_of_ever_so_many_passes_is_refused_unread()
    {
        PictureSniffing.Scans(Hostile.JpegOfPasses(1)).ShouldBe(PictureSniffing.Scans(Hostile.Encoded(".jpg[interlace]")));
        ImageCodec.Decode(Hostile.JpegOfPasses(1)).Width.ShouldBe(64);
        Should.Throw<ImagingException>(() => ImageCodec.Decode(Hostile.JpegOfPasses(1000))).Message.ShouldContain("more than 32 times");
    }

    [Fact]
    public void Of_an_animation_one_frame_is_read()
    {
        using var strip = VipsImage.From(new RgbImage(40, 600, [.. Enumerable.Range(0, 40 * 600 * 3).Select(i => (byte)(i / 1200 * 4))]));
        var frames = strip.Encode(".webp[lossless,page_height=10]");
        Encoding.Latin1.GetString(frames).ShouldContain("ANMF");
        var image = ImageCodec.Decode(frames, pixelLimit: 40 * 10);
        (image.Width, image.Height).ShouldBe((40, 10));
    }

    [Fact]
    public void Decoding_is_given_up_when_its_time_is_over()
    {
        var png = Hostile.Encoded(".png");
        Should.Throw<ImagingException>(() => ImageCodec.Decode(png, timeLimit: TimeSpan.Zero)).Message.ShouldContain("longer than 0 seconds");
        ImageCodec.Decode(png, timeLimit: TimeSpan.FromMinutes(5)).Width.ShouldBe(64);
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg[interlace]")]
    [InlineData(".webp")]
    public void Damaged_files_are_refused_or_read_but_never_fatal(string suffix)
    {
        var random = new Random(7);
        var file = Hostile.Encoded(suffix);
        var refused = 0;
        for (var attempt = 0; attempt < 400; attempt++)
        {
            var damaged = (byte[])file.Clone();
            for (var change = 0; change <= attempt % 8; change++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                ImageCodec.Decode(damaged.AsSpan(0, random.Next(4) == 0 ? random.Next(1, damaged.Length) : damaged.Length), pixelLimit: 1_000_000).Pixels.Length.ShouldBePositive();
            }
            catch (ImagingException e)
            {
                e.Message.ShouldNotBeEmpty();
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(20);
    }
}
