using DiffusionHub.Inference.Weights;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>What its maker wrote into a file or beside it.</summary>
/// <param name="Licence">Licence.</param>
/// <param name="Title">Title.</param>
/// <param name="Author">Author.</param>
/// <param name="TriggerWords">Words that call it up.</param>
internal sealed record StatedFacts(string? Licence, string? Title, string? Author, IReadOnlyList<string> TriggerWords)
{
    /// <summary>Reads the metadata of a file (modelspec's names) and the front matter of a README beside the weights.</summary>
    /// <exception cref="ModelFolderException">The file cannot be read.</exception>
    public static StatedFacts Read(Contents contents)
    {
        var readme = File.Exists(contents.Path) ? null : FrontMatter(Path.Combine(contents.Path, "README.md"), "license");
        if (!File.Exists(contents.Path))
        {
            return new StatedFacts(PlainText.Of(readme), null, null, []);
        }

        var metadata = ModelFolder.Refusing(() => SafetensorsHeader.Read(contents.Path)).Metadata;
        return new StatedFacts(Text("modelspec.license"), Text("modelspec.title") ?? Text("ss_output_name"), Text("modelspec.author"), Words(Text("modelspec.trigger_phrase")));

        string? Text(string key) => PlainText.Of(metadata.GetValueOrDefault(key)) is { Length: > 0 } text && text != "None" ? text : null;
    }

    private static string[] Words(string? phrase) => phrase?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    // "---", "key: value" lines, "---".
    private static string? FrontMatter(string path, string key)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var lines = new StringReader(EntryFiles.Beginning(path));
        if (lines.ReadLine()?.Trim() != "---")
        {
            return null;
        }

        for (var line = lines.ReadLine(); line is not null && line.Trim() != "---"; line = lines.ReadLine())
        {
            if (line.StartsWith(key + ":", StringComparison.Ordinal) && line[(key.Length + 1)..].Trim(' ', '"', '\'') is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }
}
