using System.Buffers.Binary;
using System.Text.Json;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>The safetensors format: 8 bytes of header length (little endian), a JSON header with each tensor's offsets, then the tensors.</summary>
public static class SafetensorsFile
{
    // The format's own limit.
    private const long LongestHeader = 100_000_000;

    /// <summary>Checks the file's length against its header.</summary>
    /// <exception cref="ModelFolderException">It is truncated or no safetensors file.</exception>
    public static void Check(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[8];
        if (file.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8)
        {
            throw ModelFolderException.Truncated(path, 8, file.Length);
        }

        var headerLength = BinaryPrimitives.ReadInt64LittleEndian(start);
        if (headerLength is < 2 or > LongestHeader)
        {
            throw ModelFolderException.Damaged(path, FolderTexts.NoSafetensorsHeader);
        }

        if (headerLength > file.Length - 8)
        {
            throw ModelFolderException.Truncated(path, headerLength + 8, file.Length);
        }

        var header = new byte[headerLength];
        file.ReadExactly(header);
        var expected = 8 + headerLength + DataLength(path, header);
        if (expected != file.Length)
        {
            throw ModelFolderException.Truncated(path, expected, file.Length);
        }
    }

    private static long DataLength(string path, byte[] header)
    {
        try
        {
            using var document = JsonDocument.Parse(header);
            return document.RootElement.EnumerateObject()
                .Where(p => p.Name != "__metadata__")
                .Select(p => p.Value.GetProperty("data_offsets")[1].GetInt64())
                .DefaultIfEmpty()
                .Max();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw ModelFolderException.Damaged(path, FolderTexts.NoSafetensorsHeader);
        }
    }
}
