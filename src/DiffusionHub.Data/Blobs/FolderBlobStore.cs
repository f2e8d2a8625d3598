namespace DiffusionHub.Data.Blobs;

/// <summary>Blobs as files below one folder.</summary>
/// <param name="root">The folder, made when the first blob is stored.</param>
public sealed partial class FolderBlobStore(string root) : IBlobStore
{
    private const int MostTries = 20;
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <inheritdoc />
    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await using (var file = CreateFile(temporary))
            {
                await file.WriteAsync(content, cancellationToken);
                // The database row that points here must never outlive the bytes in a power cut,
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            // nor their name.
            FolderSync.FlushUpTo(Path.GetDirectoryName(path)!, _root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The picture folder {_root} cannot take a file: {e.Message}", e);
        }
        finally
        {
            TryDelete(temporary);
        }
    }

    /// <inheritdoc />
    public Stream? Open(string key)
    {
        try
        {
            return new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 16384, useAsync: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Delete(string key)
    {
        var path = PathOf(key);
        if (Directory.Exists(Path.GetDirectoryName(path)))
        {
            File.Delete(path);
            RemoveEmptyFolders(Path.GetDirectoryName(path)!);
        }
    }

    /// <inheritdoc />
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var key = $"probe/{Guid.NewGuid():N}";
        await PutAsync(key, new byte[1], cancellationToken);
        Delete(key);
    }

    private static FileStream CreateFile(string path)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: false);
            }
            catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException && tries < MostTries)
            {
                // Somebody deleted the folder's last blob, and so the folder, in between.
            }
        }
    }

    // A folder that cannot be removed is not empty, or the removal is somebody else's trouble: the blob is gone either way.
    private void RemoveEmptyFolders(string folder)
    {
        try
        {
            for (var at = folder; at.Length > _root.Length; at = Path.GetDirectoryName(at)!)
            {
                Directory.Delete(at);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The error that led here is the one to report; a left-over .tmp is cleared by housekeeping.
        }
    }

    private string PathOf(string key)
    {
        var clean = key.Length is > 0 and <= 200 && key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '/' or '.' or '_' or '-');
        return clean && !key.Split('/').Any(part => part is "" or "." or "..")
            ? Path.Combine(_root, key)
            : throw new ArgumentException($"“{key}” is not a blob key: lower-case letters, digits, / . _ - and at most 200 characters.", nameof(key));
    }
}
