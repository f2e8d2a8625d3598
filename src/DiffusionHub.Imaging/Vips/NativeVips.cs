using System.Reflection;
using System.Runtime.InteropServices;

namespace DiffusionHub.Imaging.Vips;

/// <summary>
/// The few C functions of libvips that the hub calls. Some are variadic: the declarations here spell out one list of arguments and end
/// it with a null. That is sound on Linux (x86-64 and ARM64) as long as no floating-point number is among the variable arguments.
/// </summary>
internal static unsafe partial class NativeVips
{
    internal const string Library = "libvips-cpp.so";

    internal const int FormatUchar = 0;
    internal const int InterpretationSrgb = 22;
    internal const int SizeDown = 2;
    internal const int SizeForce = 3;

    private static readonly string[] Loaders = ["VipsForeignLoadPng", "VipsForeignLoadJpeg", "VipsForeignLoadWebp"];

    static NativeVips()
    {
        NativeLibrary.SetDllImportResolver(typeof(NativeVips).Assembly, Resolve);
        // Warnings about damaged pictures would go to the terminal; what matters comes back as an error.
        g_setenv("VIPS_WARNING", "1", 1);
        Check(vips_init("hub"));
        // Pictures are small and several are encoded at once by different threads: no threads of its own, no cache of results.
        vips_concurrency_set(1);
        vips_cache_set_max(0);
        vips_block_untrusted_set(1);
        // Of the loaders that libvips trusts, only those of the formats that PictureSniffing lets through.
        vips_operation_block_set("VipsForeignLoad", 1);
        foreach (var loader in Loaders)
        {
            vips_operation_block_set(loader, 0);
        }
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint vips_image_new_from_memory_copy(void* data, nuint size, int width, int height, int bands, int format);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint vips_image_new_from_buffer(void* data, nuint size, string options, nint end);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_image_write_to_buffer(nint image, string suffix, out nint buffer, out nuint size, nint end);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_thumbnail_image(
        nint image, out nint result, int width, string heightName, int height, string sizeName, int size, nint end);

    [LibraryImport(Library)]
    internal static partial int vips_autorot(nint image, out nint result, nint end);

    [LibraryImport(Library)]
    internal static partial int vips_colourspace(nint image, out nint result, int space, nint end);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_flatten(nint image, out nint result, string backgroundName, nint background, nint end);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_icc_transform(nint image, out nint result, string profile, string embeddedName, int embedded, nint end);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint vips_image_get_typeof(nint image, string field);

    [LibraryImport(Library)]
    internal static partial int vips_image_get_orientation(nint image);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void vips_image_set_int(nint image, string field, int value);

    [LibraryImport(Library)]
    internal static partial nint vips_region_new(nint image);

    [LibraryImport(Library)]
    internal static partial nint vips_region_fetch(nint region, int left, int top, int width, int height, out nuint size);

    [LibraryImport(Library)]
    internal static partial int vips_cast_uchar(nint image, out nint result, nint end);

    [LibraryImport(Library)]
    internal static partial nint vips_image_write_to_memory(nint image, out nuint size);

    [LibraryImport(Library)]
    internal static partial nint vips_array_double_new(double[] values, int count);

    [LibraryImport(Library)]
    internal static partial void vips_area_unref(nint area);

    [LibraryImport(Library)]
    internal static partial int vips_image_get_width(nint image);

    [LibraryImport(Library)]
    internal static partial int vips_image_get_height(nint image);

    [LibraryImport(Library)]
    internal static partial int vips_image_get_bands(nint image);

    [LibraryImport(Library)]
    internal static partial int vips_image_hasalpha(nint image);

    [LibraryImport(Library)]
    internal static partial void g_object_unref(nint instance);

    [LibraryImport(Library)]
    internal static partial void g_free(nint memory);

    /// <summary>Throws what libvips says when <paramref name="result"/> is not 0.</summary>
    internal static void Check(int result)
    {
        if (result != 0)
        {
            throw Error();
        }
    }

    /// <summary>Throws what libvips says when <paramref name="pointer"/> is null.</summary>
    internal static nint Check(nint pointer) => pointer != 0 ? pointer : throw Error();

    // The buffer is shared by all threads, so a fault at the same moment elsewhere may add a line to the text; it is never lost.
    private static ImagingException Error()
    {
        var text = vips_error_buffer_copy();
        try
        {
            var message = Marshal.PtrToStringUTF8(text)?.Trim().ReplaceLineEndings("; ");
            return new ImagingException(string.IsNullOrEmpty(message) ? ImagingTexts.Unexplained : message);
        }
        finally
        {
            g_free(text);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths)
    {
        if (name != Library)
        {
            return 0;
        }

        return NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, Library));
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int vips_init(string program);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int g_setenv(string name, string value, int overwrite);

    [LibraryImport(Library)]
    private static partial void vips_concurrency_set(int threads);

    [LibraryImport(Library)]
    private static partial void vips_cache_set_max(int operations);

    [LibraryImport(Library)]
    private static partial void vips_block_untrusted_set(int state);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void vips_operation_block_set(string name, int state);

    [LibraryImport(Library)]
    private static partial nint vips_error_buffer_copy();
}
