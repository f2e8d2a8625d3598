using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace DiffusionHub.Inference.Weights;

/// <summary>A file that is mapped into memory: it is read where it lies, and processes that map the same file share it.</summary>
public abstract class MappedFile : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    /// <summary>Maps <paramref name="length"/> bytes of the file at <paramref name="path"/>.</summary>
    private protected MappedFile(string path, long length)
    {
        Path = path;
        Length = length;
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        (Folder, Name) = (System.IO.Path.GetDirectoryName(target)!, System.IO.Path.GetFileName(target));
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>What graphs call it: its name without the folder, behind all links, so that a graph in a file finds its weights beside it.</summary>
    public string Name { get; }

    /// <summary>The folder where it is, behind all links.</summary>
    public string Folder { get; }

    /// <summary>Length in bytes.</summary>
    internal long Length { get; }

    /// <summary>Where it lies in memory. Whoever holds a reference to the handle keeps it there, even when the file is disposed.</summary>
    internal SafeBuffer Memory => view.SafeMemoryMappedViewHandle;

    /// <summary>Unmaps it.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Unmaps it.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            view.Dispose();
            file.Dispose();
        }
    }
}
