using System.Globalization;
using DiffusionHub.Imaging.Metadata;
using DiffusionHub.Imaging.Vips;

namespace DiffusionHub.Imaging;

/// <summary>Encodes and decodes pictures. The same picture gives the same bytes each time. Safe to call from any thread.</summary>
public static class ImageCodec
{
    /// <summary>Largest number of pixels that <see cref="Decode"/> accepts unless told otherwise.</summary>
    public const long DefaultPixelLimit = 8192L * 8192L;

    /// <summary>Longest time that <see cref="Decode"/> works on a picture's pixels unless told otherwise: ten times what the largest takes.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>PNG.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="parameters">Text of the <c>parameters</c> chunk (see <see cref="Infotext"/>), or null for none.</param>
    public static byte[] Png(RgbImage image, string? parameters = null)
    {
        using var source = VipsImage.From(image);
        var png = source.Encode(".png[compression=6,filter=none,keep=none]");
        return parameters is null ? png : PngText.Insert(png, PngText.Parameters, parameters);
    }

    /// <summary>WebP with loss.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="quality">1 to 100.</param>
    public static byte[] WebP(RgbImage image, int quality = 80)
    {
        using var source = VipsImage.From(image);
        return Encode(source, quality);
    }

    /// <summary>WebP of a smaller copy that fits in <paramref name="side"/> × <paramref name="side"/> pixels; never larger than the picture.</summary>
    public static byte[] Thumbnail(RgbImage image, int side, int quality = 80)
    {
        using var source = VipsImage.From(image);
        using var small = source.Thumbnail(side, side);
        return Encode(small, quality);
    }

    /// <summary>A copy of another size: stretched to it, filtered with a Lanczos window of three lobes.</summary>
    public static RgbImage Resize(RgbImage image, int width, int height)
    {
        using var source = VipsImage.From(image);
        using var sized = source.Stretched(width, height);
        return sized.ToRgb();
    }

    /// <summary>
    /// Decodes PNG, JPEG or WebP, of an animation the first frame. Colours of an embedded profile become sRGB, what is transparent comes on
    /// white, turned as its EXIF says; nothing but the pixels is kept.
    /// </summary>
    /// <param name="encoded">The file.</param>
    /// <param name="pixelLimit">Most pixels, width × height; checked before one is decoded.</param>
    /// <param name="timeLimit">Longest time for the pixels; null: <see cref="DefaultTimeLimit"/>.</param>
    /// <exception cref="ImagingException">No such picture, damaged, too large, or not decoded in time.</exception>
    public static unsafe RgbImage Decode(ReadOnlySpan<byte> encoded, long pixelLimit = DefaultPixelLimit, TimeSpan? timeLimit = null)
    {
        if (encoded.IsEmpty)
        {
            throw new ImagingException(ImagingTexts.Empty);
        }

        PictureSniffing.Check(encoded);
        fixed (byte* bytes = encoded)
        {
            using var source = VipsImage.Open(bytes, encoded.Length);
            // The header is read, the pixels are not: a small file may claim to hold more than the memory.
            if ((long)source.Width * source.Height > pixelLimit)
            {
                throw new ImagingException(Message(ImagingTexts.TooLarge, source.Width, source.Height, pixelLimit));
            }

            using var colour = source.Srgb();
            using var opaque = colour.OnWhite();
            var pixels = opaque.ToRgb(timeLimit ?? DefaultTimeLimit);
            return source.Orientation is > 1 and <= 8 and var orientation ? Turned(pixels, orientation) : pixels;
        }
    }

    private static RgbImage Turned(RgbImage image, int orientation)
    {
        using var source = VipsImage.From(image);
        using var upright = source.Upright(orientation);
        return upright.ToRgb();
    }

    private static string Message(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private static byte[] Encode(VipsImage image, int quality) =>
        image.Encode(string.Create(CultureInfo.InvariantCulture, $".webp[Q={quality},effort=2,keep=none]"));
}
