using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>A file of an entry.</summary>
/// <param name="Path">Where it is, perhaps as a link.</param>
/// <param name="Name">Its path in the entry.</param>
internal readonly record struct EntryFile(string Path, string Name)
{
    /// <summary>Where it is behind all links.</summary>
    public string Real => UnixFile.Real(Path) ?? Path;

    /// <summary>Length in bytes, behind all links.</summary>
    public long Length => new FileInfo(Real).Length;
}
