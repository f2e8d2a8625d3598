using System.Globalization;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Worker.Models;

/// <summary>Tells whether files are still what they were, without reading them: name, length and time of change of each.</summary>
internal static class FileIdentity
{
    /// <summary>The identity of files, and of all files in folders.</summary>
    /// <exception cref="IOException">One cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">One cannot be looked at.</exception>
    public static string Of(params IEnumerable<string> paths) => string.Join('\n', paths.Distinct(StringComparer.Ordinal).SelectMany(Lines));

    /// <summary>The identity of a model: of its card, and of all files.</summary>
    /// <exception cref="IOException">One cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">One cannot be looked at.</exception>
    public static string Of(ModelSource model) => Of(model.Entry ?? model.Path, model.Path);

    private static IEnumerable<string> Lines(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Line)
        : [Line(path)];

    // A link stands for what it leads to.
    private static string Line(string path)
    {
        var file = File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
        return string.Create(CultureInfo.InvariantCulture, $"{path}\0{file.FullName}\0{file.Length}\0{file.LastWriteTimeUtc.Ticks}");
    }
}
