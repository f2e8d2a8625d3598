using System.Buffers.Binary;

namespace DiffusionHub.Inference.Weights;

/// <summary>
/// What a <c>.safetensors</c> file says it holds, held against the file: 8 bytes of header length (little endian), a JSON object with
/// each tensor's type, shape and place, then the tensors, one after another without gaps.
/// </summary>
public sealed class SafetensorsHeader
{
    // The format's own limit.
    private const long LongestHeader = 100_000_000;
    private const int Prefix = 8;

    private SafetensorsHeader(IReadOnlyDictionary<string, WeightTensor> tensors, IReadOnlyDictionary<string, string> metadata, long fileLength)
    {
        Tensors = tensors;
        Metadata = metadata;
        FileLength = fileLength;
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, WeightTensor> Tensors { get; }

    /// <summary>What the writer of the file noted; often empty.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Length of the file in bytes.</summary>
    public long FileLength { get; }

    /// <summary>Reads and checks the header of the file at <paramref name="path"/>; memory is bounded by the header's length.</summary>
    /// <exception cref="ModelFileException">It is missing, truncated, contradicts itself, or is something else in disguise.</exception>
    public static SafetensorsHeader Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Read(path, file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(string.Format(null, WeightsTexts.Unreadable, path, fault.Message), fault);
        }
    }

    private static SafetensorsHeader Read(string path, FileStream file)
    {
        Span<byte> start = stackalloc byte[Prefix + 1];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read < start.Length)
        {
            throw ModelFileException.Of(WeightsTexts.Truncated, path, Prefix + 2, file.Length);
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(start);
        if (start[Prefix] != '{')
        {
            throw NoHeader(path, start);
        }

        if (length is < 2 or > LongestHeader)
        {
            throw ModelFileException.Of(WeightsTexts.HeaderLength, path, LongestHeader, length);
        }

        if (length > file.Length - Prefix)
        {
            throw ModelFileException.Of(WeightsTexts.Truncated, path, length + Prefix, file.Length);
        }

        var json = new byte[length];
        json[0] = start[Prefix];
        file.ReadExactly(json.AsSpan(1));
        var parser = new SafetensorsParser(path, Prefix + length);
        parser.Parse(json);
        CheckPlaces(path, parser.Tensors.Values, Prefix + length, file.Length);
        return new SafetensorsHeader(parser.Tensors, parser.Metadata, file.Length);
    }

    // Tensors follow each other exactly: an overlap or a gap means that a place is a lie, or that the file hides something.
    private static void CheckPlaces(string path, IEnumerable<WeightTensor> tensors, long begin, long fileLength)
    {
        var at = begin;
        foreach (var tensor in tensors.OrderBy(t => t.Offset).ThenBy(t => t.Length))
        {
            if (tensor.Offset != at)
            {
                throw ModelFileException.Of(tensor.Offset < at ? WeightsTexts.Overlap : WeightsTexts.Gap, path, tensor.Name, at - begin, tensor.Offset - begin);
            }

            at += tensor.Length;
        }

        if (at != fileLength)
        {
            throw ModelFileException.Of(at > fileLength ? WeightsTexts.Truncated : WeightsTexts.TooLong, path, at, fileLength);
        }
    }

    // Files that only bear the name: the first bytes tell, and the reason differs.
    private static ModelFileException NoHeader(string path, ReadOnlySpan<byte> start) =>
        start.StartsWith("PK\u0003\u0004"u8) ? ModelFileException.Of(WeightsTexts.Zip, path)
        : start[0] == 0x80 && start[1] is >= 2 and <= 5 ? ModelFileException.Of(WeightsTexts.Pickle, path)
        : ModelFileException.Of(WeightsTexts.NoHeader, path, Convert.ToHexStringLower(start[..Prefix]));
}
