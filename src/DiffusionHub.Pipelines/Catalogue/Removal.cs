namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>Removes what was moved into the catalogue, after it has arrived: by then a failure is nothing but worth a note.</summary>
internal static class Removal
{
    /// <summary>Removes a file or link, or a folder that holds nothing of its owner's any more.</summary>
    /// <returns>Why it could not be removed, or null.</returns>
    public static string? Try(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                File.Delete(path);
            }
            else if (!FolderWalk.Of(path, hidden: true).Any(found => found.IsLink || (!found.IsFolder && !IsOurs(found.Path))))
            {
                Directory.Delete(path, recursive: true);
            }

            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }

    private static bool IsOurs(string path) => Path.GetFileName(path) is Folders.ModelCard.FileName or Examined.ThumbnailFile;
}
