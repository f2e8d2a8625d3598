using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>A hidden folder in which an entry is put together; it takes its place all at once, or goes without a trace.</summary>
internal sealed class Staging : IDisposable
{
    private const string Prefix = ".import-";
    private const int Block = 1 << 20;
    private const long Margin = 16 << 20;
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly List<(string From, string To)> moved = [];
    private bool done;

    public Staging(string modelsFolder)
    {
        Path = System.IO.Path.Combine(modelsFolder, $"{Prefix}{Guid.NewGuid():N}");
        Directory.CreateDirectory(modelsFolder);
        foreach (var left in Directory.EnumerateDirectories(modelsFolder, Prefix + "*").Where(left => DateTime.UtcNow - Directory.GetLastWriteTimeUtc(left) > Abandoned))
        {
            // Of a process that was killed.
            Directory.Delete(left, recursive: true);
        }

        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>Copies files into it.</summary>
    /// <exception cref="ModelFolderException">The disk is full; said before anything is copied where that can be told.</exception>
    public void Copy(IReadOnlyList<EntryFile> files, Action<long> copied, CancellationToken cancel)
    {
        var free = new DriveInfo(Path).AvailableFreeSpace;
        long[] lengths = [.. files.Select(file => file.Length)];
        var needed = lengths.Sum() + Margin;
        if (free < needed)
        {
            throw Contents.Fault(CatalogueTexts.NoSpace, System.IO.Path.GetDirectoryName(Path)!, needed >> 20, free >> 20);
        }

        var block = new byte[Block];
        foreach (var (file, expected) in files.Zip(lengths))
        {
            var target = Place(file.Name);
            try
            {
                using var from = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
                using var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
                var left = expected;
                for (int length; (length = from.Read(block)) > 0;)
                {
                    cancel.ThrowIfCancellationRequested();
                    left = left >= length ? left - length : throw new IOException(ModelFolderException.Format(CatalogueTexts.Growing, expected));
                    to.Write(block, 0, length);
                    copied(length);
                }

                if (left > 0)
                {
                    throw new IOException(ModelFolderException.Format(CatalogueTexts.Growing, expected));
                }

                to.Flush(flushToDisk: true);
            }
            catch (IOException fault)
            {
                throw Contents.Fault(CatalogueTexts.CopyFailed, file.Path, System.IO.Path.GetDirectoryName(Path)!, fault.Message);
            }
        }
    }

    /// <summary>Moves files into it; they go back where they were unless it is finished. On another disk they are copied, and removed at the end.</summary>
    public void Move(IReadOnlyList<EntryFile> files, Action<long> copied, CancellationToken cancel)
    {
        foreach (var file in files)
        {
            var (path, name) = file;
            var length = file.Length;
            if (new DriveInfo(path).Name != new DriveInfo(Path).Name)
            {
                Copy([file], copied, cancel);
                moved.Add((path, ""));
                continue;
            }

            var target = Place(name);
            File.Move(path, target);
            moved.Add((path, target));
            copied(length);
        }
    }

    public void Write(string name, byte[] bytes) => File.WriteAllBytes(Place(name), bytes);

    /// <summary>Gives it its place.</summary>
    public void Finish(string entry)
    {
        Directory.Move(Path, entry);
        done = true;
        foreach (var (from, _) in moved.Where(file => file.To.Length == 0))
        {
            File.Delete(from);
        }
    }

    public void Dispose()
    {
        if (done)
        {
            return;
        }

        foreach (var (from, to) in moved.Where(file => file.To.Length > 0))
        {
            File.Move(to, from);
        }

        Directory.Delete(Path, recursive: true);
    }

    private string Place(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }
}
