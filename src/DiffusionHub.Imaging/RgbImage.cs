namespace DiffusionHub.Imaging;

/// <summary>A picture in memory: 8 bits a channel, red, green, blue, row by row from the top, sRGB.</summary>
public sealed class RgbImage
{
    /// <summary>Wraps <paramref name="pixels"/>, which holds width × height × 3 bytes.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.LongLength != 3L * width * height)
        {
            throw new ArgumentException($"{width}×{height} pixels need {3L * width * height} bytes, not {pixels.LongLength}.", nameof(pixels));
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>The bytes.</summary>
    public byte[] Pixels { get; }

    /// <summary>From values 0..1 of shape (height, width, 3). Rounded, not truncated; what lies outside 0..1 is clipped.</summary>
    public static RgbImage FromFloats(int width, int height, ReadOnlySpan<float> values)
    {
        var pixels = new byte[values.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)MathF.Round(Math.Clamp(values[i], 0, 1) * 255);
        }

        return new RgbImage(width, height, pixels);
    }
}
