using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DiffusionHub.Cli.Commands.Verify;

/// <summary>A folder with reference cases.</summary>
/// <param name="path">The folder.</param>
internal sealed class ReferenceFolder(string path)
{
    /// <summary>What a case with a folder of its own is described in.</summary>
    public const string CaseFileName = "case.json";

    private const string Packed = ".gz";

    /// <summary>Full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Full path of something in it.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Whether that file is there.</summary>
    public bool HasFile(params string[] parts) => File.Exists(At(parts));

    /// <summary>Names of the folders in a folder that have a case in them, by name; none where it is missing.</summary>
    public IReadOnlyList<string> CaseFolders(string name) =>
        Directory.Exists(At(name)) ? [.. Names(Directory.EnumerateDirectories(At(name))).Where(id => HasFile(name, id, CaseFileName))] : [];

    /// <summary>Names of the JSON files in a folder without their ending, by name; none where it is missing.</summary>
    public IEnumerable<string> JsonFiles(string name) => Directory.Exists(At(name))
        ? Names(Directory.EnumerateFiles(At(name), "*.json").Concat(Directory.EnumerateFiles(At(name), "*.json" + Packed))).Select(file => file[..file.IndexOf(".json", StringComparison.Ordinal)]).Distinct()
        : [];

    /// <summary>Reads a JSON file, or the one that lies packed beside its place.</summary>
    /// <exception cref="CaseException">It cannot be read or is not of that form; the message names it.</exception>
    public T Read<T>(JsonTypeInfo<T> type, params string[] parts)
    {
        var file = At(parts);
        try
        {
            using var stream = Open(file);
            return JsonSerializer.Deserialize(stream, type) ?? throw new CaseException(Text(VerifyTexts.BadFile, file, "null"));
        }
        catch (Exception fault) when (fault is JsonException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CaseException(Text(VerifyTexts.BadFile, file, fault.Message), fault);
        }
    }

    /// <summary>Reads one case of a file.</summary>
    /// <exception cref="CaseException">It lacks something or has something of another kind.</exception>
    public static T Read<T>(JsonTypeInfo<T> type, JsonElement element)
    {
        try
        {
            return element.Deserialize(type) ?? throw new CaseException(Text(VerifyTexts.BadCase, "null"));
        }
        catch (JsonException fault)
        {
            throw new CaseException(Text(VerifyTexts.BadCase, fault.Message), fault);
        }
    }

    private static Stream Open(string file) =>
        File.Exists(file) || !File.Exists(file + Packed) ? File.OpenRead(file) : new GZipStream(File.OpenRead(file + Packed), CompressionMode.Decompress);

    private static IEnumerable<string> Names(IEnumerable<string> paths) => paths.Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
