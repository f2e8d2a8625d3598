using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>Names of entries: one folder's name each.</summary>
internal static class EntryNames
{
    private const int Longest = 80;

    /// <summary>Refuses what cannot be a name.</summary>
    /// <exception cref="ModelFolderException">It cannot.</exception>
    public static void Check(string name)
    {
        if (name.Length is 0 or > Longest || !name.All(IsAllowed) || name[0] is '.' or ' ' or '-' || name[^1] is '.' or ' ')
        {
            throw Contents.Fault(CatalogueTexts.BadName, name, Longest);
        }
    }

    /// <summary>A name from that of a file or folder.</summary>
    public static string From(string path)
    {
        var bare = File.Exists(path) ? Path.GetFileNameWithoutExtension(path) : Path.GetFileName(path);
        var allowed = new string([.. bare.Select(letter => IsAllowed(letter) ? letter : '-')]).TrimStart('.', ' ', '-');
        var name = allowed[..Math.Min(allowed.Length, Longest)].TrimEnd('.', ' ');
        return name.Length > 0 ? name : "model";
    }

    /// <summary>The name, with the smallest number behind it with which it is free.</summary>
    public static string Free(string name, IReadOnlyCollection<string> taken)
    {
        for (var i = 2; ; i++)
        {
            var end = $"-{i}";
            var free = name[..Math.Min(name.Length, Longest - end.Length)] + end;
            if (!taken.Contains(free, StringComparer.OrdinalIgnoreCase))
            {
                return free;
            }
        }
    }

    private static bool IsAllowed(char letter) => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '-' or ' ';
}
