using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace DiffusionHub.Inference.Weights;

/// <summary>A <c>.safetensors</c> file, mapped into memory: its tensors are read where they lie, and processes that map the same file share it.</summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    private SafetensorsFile(string path, SafetensorsHeader header)
    {
        Path = path;
        Header = header;
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        (Folder, Name) = (System.IO.Path.GetDirectoryName(target)!, System.IO.Path.GetFileName(target));
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        view = file.CreateViewAccessor(0, header.FileLength, MemoryMappedFileAccess.Read);
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>What graphs call it: its name without the folder, behind all links, so that a graph in a file finds its weights beside it.</summary>
    public string Name { get; }

    /// <summary>The folder where it is, behind all links.</summary>
    public string Folder { get; }

    /// <summary>What it holds.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Where it lies in memory. Whoever holds a reference to the handle keeps it there, even when the file is disposed.</summary>
    internal SafeBuffer Memory => view.SafeMemoryMappedViewHandle;

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

    /// <summary>Unmaps it.</summary>
    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}
