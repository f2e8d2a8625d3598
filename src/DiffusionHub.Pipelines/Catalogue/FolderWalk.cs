using System.IO.Enumeration;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>Walks through a folder without following links to folders, which may lead anywhere and in circles.</summary>
internal static class FolderWalk
{
    /// <summary>Everything in it that is not hidden, nor in something that is.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="hidden">What is hidden too.</param>
    /// <returns>Path, whether it is a folder or a link to one, and whether it is a link.</returns>
    public static IEnumerable<(string Path, bool IsFolder, bool IsLink)> Of(string folder, bool hidden = false) =>
        new FileSystemEnumerable<(string Path, bool IsFolder, bool IsLink)>(
            folder,
            (ref FileSystemEntry entry) => (entry.ToFullPath(), entry.IsDirectory, entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.System, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => hidden || entry.FileName[0] != '.',
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (hidden || entry.FileName[0] != '.') && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };

    /// <summary>Links to folders in it.</summary>
    public static IReadOnlyList<string> FolderLinks(string folder) =>
        Directory.Exists(folder) ? [.. Of(folder).Where(found => found is { IsFolder: true, IsLink: true }).Select(found => found.Path).Order(StringComparer.Ordinal)] : [];
}
