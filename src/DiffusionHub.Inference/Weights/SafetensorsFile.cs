namespace DiffusionHub.Inference.Weights;

/// <summary>A <c>.safetensors</c> file, mapped into memory.</summary>
public sealed class SafetensorsFile : MappedFile
{
    private SafetensorsFile(string path, SafetensorsHeader header)
        : base(path, header.FileLength) => Header = header;

    /// <summary>What it holds.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Opens the file at <paramref name="path"/>.</summary>
    /// <exception cref="ModelFileException">It is missing, truncated, contradicts itself, or is something else in disguise.</exception>
    public static SafetensorsFile Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        return new SafetensorsFile(full, SafetensorsHeader.Read(full));
    }

    /// <summary>The bytes of a tensor of this file, where they are mapped: not to be read once the file is disposed.</summary>
    internal ReadOnlySpan<byte> Bytes(WeightTensor tensor) => Bytes(tensor.Offset, checked((int)tensor.Length));

    /// <summary>A stretch of the file, where it is mapped.</summary>
    internal unsafe ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(Memory.IsClosed, this);
        return new ReadOnlySpan<byte>((byte*)Memory.DangerousGetHandle() + offset, length);
    }
}
