using DiffusionHub.Imaging.Metadata;

namespace DiffusionHub.Imaging.Tests;

public sealed class ImageCodecTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(128, 128)]
    [InlineData(513, 64)]
    public void Png_keeps_every_pixel_and_gives_the_same_bytes_each_time(int width, int height)
    {
        var image = Gradient(width, height);
        var png = ImageCodec.Png(image, "a\nSteps: 1");
        ImageCodec.Png(image, "a\nSteps: 1").ShouldBe(png);
        var back = ImageCodec.Decode(png);
        (back.Width, back.Height).ShouldBe((width, height));
        back.Pixels.ShouldBe(image.Pixels);
    }

    [Theory]
    [InlineData("red apple, flat style\nSteps: 4", "tEXt")]
    [InlineData("Äpfel © ÿ", "tEXt")]
    [InlineData("りんご 🍎", "iTXt")]
    public void Text_comes_back_from_the_chunk_that_fits_it(string text, string chunk)
    {
        var png = ImageCodec.Png(Gradient(8, 8), text);
        PngText.Read(png, PngText.Parameters).ShouldBe(text);
        System.Text.Encoding.Latin1.GetString(png).ShouldContain(chunk + "parameters\0");
        ImageCodec.Decode(png).Width.ShouldBe(8);
    }

    [Fact]
    public void A_png_without_text_has_none()
    {
        var png = ImageCodec.Png(Gradient(8, 8));
        PngText.Read(png, PngText.Parameters).ShouldBeNull();
        PngText.Read(png.AsSpan(0, 40), PngText.Parameters).ShouldBeNull();
        PngText.Read("no picture"u8, PngText.Parameters).ShouldBeNull();
    }

    [Fact]
    public void A_thumbnail_keeps_the_proportions_and_never_grows()
    {
        var wide = ImageCodec.Decode(ImageCodec.Thumbnail(Gradient(400, 200), 100));
        (wide.Width, wide.Height).ShouldBe((100, 50));
        var small = ImageCodec.Decode(ImageCodec.Thumbnail(Gradient(40, 20), 100));
        (small.Width, small.Height).ShouldBe((40, 20));
    }

    [Fact]
    public void WebP_comes_close_to_the_picture()
    {
        var image = Gradient(128, 128);
        var back = ImageCodec.Decode(ImageCodec.WebP(image));
        image.Pixels.Zip(back.Pixels, (a, b) => Math.Abs(a - b)).Average().ShouldBeLessThan(4);
    }

    [Fact]
    public void Damaged_pictures_are_refused_with_a_sentence()
    {
        Should.Throw<ImagingException>(() => ImageCodec.Decode([])).Message.ShouldContain("empty");
        Should.Throw<ImagingException>(() => ImageCodec.Decode("hello, I am no picture"u8)).Message.ShouldNotBeEmpty();
        var png = ImageCodec.Png(Gradient(200, 200));
        Should.Throw<ImagingException>(() => ImageCodec.Decode(png.AsSpan(0, 20)));
        Should.Throw<ImagingException>(() => ImageCodec.Decode(png.AsSpan(0, png.Length / 2)));
    }

    [Fact]
    public void A_picture_above_the_limit_is_refused_before_its_pixels_are_read()
    {
        var png = ImageCodec.Png(Gradient(200, 100));
        Should.Throw<ImagingException>(() => ImageCodec.Decode(png, 19_999)).Message.ShouldContain("200 × 100");
        ImageCodec.Decode(png, 20_000).Height.ShouldBe(100);
    }

    [Fact]
    public void Floats_are_rounded_and_clipped() =>
        RgbImage.FromFloats(1, 2, [-1, 0.5f, 2, 0.1f, 0.998f, 1]).Pixels.ShouldBe(new byte[] { 0, 128, 255, 26, 254, 255 });

    internal static RgbImage Gradient(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i / 3 % width * 255 / width) + (i % 3 * 20));
        }

        return new RgbImage(width, height, pixels);
    }
}
