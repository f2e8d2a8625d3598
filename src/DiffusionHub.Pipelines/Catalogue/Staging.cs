using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>A hidden folder in which an entry is put together; it takes its place all at once, or goes without a trace.</summary>
internal sealed class Staging : IDisposable
{
    private const string Prefix = ".import-";

    // Where files were moved to may be the only place where they are: what is left of it by a process that was killed is never removed.
    private const string MovePrefix = ".move-";
    private const int Block = 1 << 20;
    private const long Margin = 16 << 20;
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly List<(string From, string To)> moved = [];
    private readonly List<string> spent = [];
    private bool done;

    /// <summary>Makes the folder.</summary>
    /// <param name="modelsFolder">Where the entry will be.</param>
    /// <param name="moves">Whether files will be moved into it.</param>
    public Staging(string modelsFolder, bool moves = false)
    {
        Path = System.IO.Path.Combine(modelsFolder, $"{(moves ? MovePrefix : Prefix)}{Guid.NewGuid():N}");
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
    /// <exception cref="ModelFolderException">The disk is full, said before anything is copied where that can be told; or a file changes meanwhile.</exception>
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

    /// <summary>
    /// Moves files into it, those that links lead to in place of the links; they go back where they were unless it is finished. What is on another
    /// file system, or goes by several names, is copied, and removed at the end.
    /// </summary>
    /// <exception cref="ModelFolderException">As in copying.</exception>
    public void Move(IReadOnlyList<EntryFile> files, Action<long> copied, CancellationToken cancel)
    {
        var here = UnixFile.FileSystem(Path);
        var real = files.Select(file => file.Real).ToList();
        var names = real.CountBy(path => path, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var stays = files.Zip(real, (file, path) => (File: file, Real: path)).ToLookup(file => names[file.Real] > 1 || UnixFile.FileSystem(file.Real) != here);

        // Together, so that the room for all of them is asked for before anything happens.
        Copy([.. stays[true].Select(file => file.File)], copied, cancel);
        spent.AddRange(stays[true].Select(file => file.Real));
        spent.AddRange(files.Zip(real).Where(file => file.First.Path != file.Second).Select(file => file.First.Path));
        foreach (var (file, path) in stays[false])
        {
            cancel.ThrowIfCancellationRequested();
            var (length, target) = (file.Length, Place(file.Name));
            File.Move(path, target);
            moved.Add((path, target));
            copied(length);
        }
    }

    /// <summary>Gives it its place, and removes what was copied where it should have been moved.</summary>
    /// <returns>What could not be removed, and why: the entry is whole all the same.</returns>
    public IReadOnlyList<(string Path, string Reason)> Finish(string entry)
    {
        Directory.Move(Path, entry);
        done = true;
        return [.. spent.Distinct(StringComparer.Ordinal).SelectMany(path => Removal.Try(path) is { } reason ? [(path, reason)] : Array.Empty<(string, string)>())];
    }

    public void Dispose()
    {
        if (done)
        {
            return;
        }

        foreach (var (from, to) in moved)
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
