namespace DiffusionHub.Data.Blobs;

// What housekeeping needs: a file's time of last writing is the blob's age.
public sealed partial class FolderBlobStore
{
    /// <inheritdoc />
    public bool Refresh(string key)
    {
        try
        {
            File.SetLastWriteTimeUtc(PathOf(key), DateTime.UtcNow);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The picture folder {_root} cannot be written: {e.Message}", e);
        }
    }

    /// <inheritdoc />
    public IEnumerable<StoredBlob> List()
    {
        var root = new DirectoryInfo(_root);
        return !root.Exists ? [] : root
            .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(file => new StoredBlob(Path.GetRelativePath(_root, file.FullName), new DateTimeOffset(file.LastWriteTimeUtc)));
    }

    /// <inheritdoc />
    public bool DeleteOlder(string key, DateTimeOffset before)
    {
        try
        {
            var file = new FileInfo(PathOf(key));
            if (!file.Exists || file.LastWriteTimeUtc >= before.UtcDateTime)
            {
                return false;
            }

            Delete(key);
            return true;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The picture folder {_root} cannot be written: {e.Message}", e);
        }
    }
}
