using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DiffusionHub.Imaging.Vips;

/// <summary>A libvips picture, or a chain of operations on one that runs when it is written.</summary>
internal sealed unsafe class VipsImage : SafeHandle
{
    private VipsImage(nint handle)
        : base(0, ownsHandle: true) => SetHandle(NativeVips.Check(handle));

    public override bool IsInvalid => handle == 0;

    public int Width => NativeVips.vips_image_get_width(handle);

    public int Height => NativeVips.vips_image_get_height(handle);

    public static VipsImage From(RgbImage image)
    {
        fixed (byte* pixels = image.Pixels)
        {
            return new VipsImage(NativeVips.vips_image_new_from_memory_copy(
                pixels, (nuint)image.Pixels.LongLength, image.Width, image.Height, 3, NativeVips.FormatUchar));
        }
    }

    /// <summary>How its EXIF says it is turned, 1 to 8 (1: not at all).</summary>
    public int Orientation => NativeVips.vips_image_get_orientation(handle);

    /// <summary>
    /// Opens an encoded picture: reads its header only, its pixels once from top to bottom. <paramref name="bytes"/> must stay in place as
    /// long as the result lives.
    /// </summary>
    public static VipsImage Open(byte* bytes, int length) => new(NativeVips.vips_image_new_from_buffer(bytes, (nuint)length, "[access=sequential,fail_on=truncated]", 0));

    public VipsImage Thumbnail(int width, int height)
    {
        NativeVips.Check(NativeVips.vips_thumbnail_image(handle, out var result, width, "height", height, "size", NativeVips.SizeDown, 0));
        return new VipsImage(result);
    }

    public VipsImage Stretched(int width, int height)
    {
        NativeVips.Check(NativeVips.vips_thumbnail_image(handle, out var result, width, "height", height, "size", NativeVips.SizeForce, 0));
        return new VipsImage(result);
    }

    /// <summary>Turned as EXIF's <paramref name="orientation"/> asks, 1 to 8.</summary>
    public VipsImage Upright(int orientation)
    {
        NativeVips.vips_image_set_int(handle, "orientation", orientation);
        NativeVips.Check(NativeVips.vips_autorot(handle, out var result, 0));
        return new VipsImage(result);
    }

    /// <summary>In sRGB, by the picture's own profile where it has one.</summary>
    public VipsImage Srgb()
    {
        if (NativeVips.vips_image_get_typeof(handle, "icc-profile-data") != 0)
        {
            NativeVips.Check(NativeVips.vips_icc_transform(handle, out var converted, "srgb", "embedded", 1, 0));
            return new VipsImage(converted);
        }

        NativeVips.Check(NativeVips.vips_colourspace(handle, out var result, NativeVips.InterpretationSrgb, 0));
        return new VipsImage(result);
    }

    /// <summary>Puts what is transparent on white.</summary>
    public VipsImage OnWhite()
    {
        if (NativeVips.vips_image_hasalpha(handle) == 0)
        {
            return Bytes();
        }

        var white = NativeVips.vips_array_double_new([255, 255, 255], 3);
        try
        {
            NativeVips.Check(NativeVips.vips_flatten(handle, out var result, "background", white, 0));
            using var flat = new VipsImage(result);
            return flat.Bytes();
        }
        finally
        {
            NativeVips.vips_area_unref(white);
        }
    }

    /// <summary>The pixels, strip by strip from the top, given up after <paramref name="limit"/>.</summary>
    /// <exception cref="ImagingException">Damaged, or not done in time.</exception>
    public RgbImage ToRgb(TimeSpan limit)
    {
        const int Strip = 64;
        CheckColours();
        var began = Stopwatch.GetTimestamp();
        var (row, region) = (Width * 3, NativeVips.Check(NativeVips.vips_region_new(handle)));
        try
        {
            var pixels = new byte[(long)row * Height];
            for (var top = 0; top < Height; top += Strip)
            {
                if (Stopwatch.GetElapsedTime(began) >= limit)
                {
                    throw new ImagingException(string.Format(CultureInfo.InvariantCulture, ImagingTexts.TooSlow, limit.TotalSeconds));
                }

                var strip = NativeVips.Check(NativeVips.vips_region_fetch(region, 0, top, Width, Math.Min(Strip, Height - top), out var size));
                new Span<byte>((void*)strip, checked((int)size)).CopyTo(pixels.AsSpan(top * row));
                NativeVips.g_free(strip);
            }

            return new RgbImage(Width, Height, pixels);
        }
        finally
        {
            NativeVips.g_object_unref(region);
        }
    }

    public RgbImage ToRgb()
    {
        CheckColours();
        var memory = NativeVips.Check(NativeVips.vips_image_write_to_memory(handle, out var size));
        try
        {
            return new RgbImage(Width, Height, new Span<byte>((void*)memory, checked((int)size)).ToArray());
        }
        finally
        {
            NativeVips.g_free(memory);
        }
    }

    /// <summary>Encodes; <paramref name="suffix"/> names the format and its options, such as <c>.png[compression=6]</c>.</summary>
    public byte[] Encode(string suffix)
    {
        NativeVips.Check(NativeVips.vips_image_write_to_buffer(handle, suffix, out var buffer, out var size, 0));
        try
        {
            return new Span<byte>((void*)buffer, checked((int)size)).ToArray();
        }
        finally
        {
            NativeVips.g_free(buffer);
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeVips.g_object_unref(handle);
        return true;
    }

    private void CheckColours()
    {
        if (NativeVips.vips_image_get_bands(handle) != 3)
        {
            throw new ImagingException(ImagingTexts.NotColour);
        }
    }

    private VipsImage Bytes()
    {
        NativeVips.Check(NativeVips.vips_cast_uchar(handle, out var result, 0));
        return new VipsImage(result);
    }
}
