using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace DiffusionHub.Pipelines;

/// <summary>Arrays in NumPy's format, version 1.0: float32 or float64, C order, little endian.</summary>
public static class NumpyFile
{
    private const int Prefix = 10;

    /// <summary>Values of a <c>.npy</c> file of float32.</summary>
    /// <exception cref="InvalidDataException">It is something else; the message says what.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static float[] Read(string path) => ReadArray(path).Values;

    /// <summary>Values and shape of a <c>.npy</c> file of float32.</summary>
    /// <exception cref="InvalidDataException">It is something else; the message says what.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (float[] Values, int[] Shape) ReadArray(string path) => Read<float>(path, "'<f4'", "float32");

    /// <summary>Values and shape of a <c>.npy</c> file of float64.</summary>
    /// <exception cref="InvalidDataException">It is something else; the message says what.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (double[] Values, int[] Shape) ReadDoubles(string path) => Read<double>(path, "'<f8'", "float64");

    /// <summary>A depth map: an array of shape (height, width), whatever ones stand before.</summary>
    /// <inheritdoc cref="ReadArray"/>
    public static DepthChoice ReadDepth(string path)
    {
        var (values, shape) = ReadArray(path);
        return shape.Length >= 2 && values.Length > 0 && shape.SkipLast(2).All(side => side == 1)
            ? new DepthChoice(values, shape[^2], shape[^1])
            : throw new InvalidDataException(string.Format(CultureInfo.InvariantCulture, PipelineTexts.NoDepthMap, path));
    }

    /// <summary>Bytes of a <c>.npy</c> file with <paramref name="values"/> in <paramref name="shape"/>.</summary>
    public static byte[] Bytes(ReadOnlySpan<float> values, params int[] shape)
    {
        var sides = string.Concat(shape.Select(s => s.ToString(CultureInfo.InvariantCulture) + ", "));
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({sides}), }}";
        // Magic, version and length take 10 bytes; the data must begin at a multiple of 64, after a line feed.
        var padded = ((10 + header.Length + 1 + 63) / 64 * 64) - 10;
        header = header.PadRight(padded - 1) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)padded, (byte)(padded >> 8), .. Encoding.ASCII.GetBytes(header), .. MemoryMarshal.AsBytes(values)];
    }

    private static (T[] Values, int[] Shape) Read<T>(string path, string type, string name)
        where T : unmanaged
    {
        var bytes = File.ReadAllBytes(path);
        var data = bytes.Length < Prefix ? bytes.Length : Prefix + bytes[8] + (bytes[9] << 8);
        var header = bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x93, .. "NUMPY"u8, 1]) && data <= bytes.Length ? Encoding.ASCII.GetString(bytes, Prefix, data - Prefix) : "";
        if (!header.Contains(type, StringComparison.Ordinal) || !header.Contains("'fortran_order': False", StringComparison.Ordinal) || Shape(header) is not { } shape)
        {
            throw new InvalidDataException(string.Format(CultureInfo.InvariantCulture, PipelineTexts.NotNumpy, path, header.Trim(), name));
        }

        var needed = Marshal.SizeOf<T>() * shape.Aggregate(1L, (product, side) => product * side);
        return bytes.Length - data == needed
            ? (MemoryMarshal.Cast<byte, T>(bytes.AsSpan(data)).ToArray(), shape)
            : throw new InvalidDataException(string.Format(CultureInfo.InvariantCulture, PipelineTexts.OtherNumpyLength, path, bytes.Length - data, needed));
    }

    // The tuple in the header: (), (3,) or (3, 4); null where it is none.
    private static int[]? Shape(string header)
    {
        var (open, close) = (header.IndexOf('(', StringComparison.Ordinal), header.IndexOf(')', StringComparison.Ordinal));
        var sides = open < 0 || close < open ? [""] : header[(open + 1)..close].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var shape = new int[sides.Length];
        for (var i = 0; i < sides.Length; i++)
        {
            if (!int.TryParse(sides[i], NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
            {
                return null;
            }
        }

        return shape;
    }
}
