using System.IO.MemoryMappedFiles;

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
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        view = file.CreateViewAccessor(0, header.FileLength, MemoryMappedFileAccess.Read);
        Address = view.SafeMemoryMappedViewHandle.DangerousGetHandle();
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>What graphs call it: its name, without the folder, so that a graph in a file finds its weights beside it.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>What it holds.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Where its first byte lies in memory, valid until it is disposed.</summary>
    internal nint Address { get; }

    /// <summary>Opens the file at <paramref name="path"/>.</summary>
    /// <exception cref="ModelFileException">It is missing, truncated, contradicts itself, or is something else in disguise.</exception>
    public static SafetensorsFile Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        return new SafetensorsFile(full, SafetensorsHeader.Read(full));
    }

    /// <summary>Unmaps it.</summary>
    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}
