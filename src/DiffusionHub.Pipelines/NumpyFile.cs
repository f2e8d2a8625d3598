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
    public static float[] Read(string path) => ReadShaped(path).Values;

    /// <summary>Values and shape of a <c>.npy</c> file of float32.</summary>
    /// <inheritdoc cref="Read(string)"/>
    public static (float[] Values, long[] Shape) ReadShaped(string path) => Read<float>(path, "'<f4'", "float32");

    /// <summary>Values and shape of a <c>.npy</c> file of float64.</summary>
    /// <inheritdoc cref="Read(string)"/>
    public static (double[] Values, long[] Shape) ReadDoubles(string path) => Read<double>(path, "'<f8'", "float64");

    private static (T[] Values, long[] Shape) Read<T>(string path, string kind, string name)
        where T : unmanaged
    {
        var bytes = File.ReadAllBytes(path);
        var data = bytes.Length < Prefix ? bytes.Length : Prefix + bytes[8] + (bytes[9] << 8);
        var header = bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x93, .. "NUMPY"u8, 1]) && data <= bytes.Length ? Encoding.ASCII.GetString(bytes, Prefix, data - Prefix) : "";
        return header.Contains(kind, StringComparison.Ordinal) && header.Contains("'fortran_order': False", StringComparison.Ordinal)
            ? (MemoryMarshal.Cast<byte, T>(bytes.AsSpan(data)).ToArray(), Shape(header))
            : throw new InvalidDataException(string.Format(CultureInfo.InvariantCulture, PipelineTexts.NotNumpy, path, header.Trim(), name));
    }

    private static long[] Shape(string header)
    {
        var tuple = header[(header.IndexOf('(', StringComparison.Ordinal) + 1)..header.IndexOf(')', StringComparison.Ordinal)];
        return [.. tuple.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(side => long.Parse(side, CultureInfo.InvariantCulture))];
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
}
