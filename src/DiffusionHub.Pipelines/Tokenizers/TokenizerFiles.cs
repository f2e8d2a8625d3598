using System.Text.Json;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tokenizers;

/// <summary>The vocabulary and merges of a byte-pair tokenizer's folder: <c>vocab.json</c> and <c>merges.txt</c>, or the one <c>tokenizer.json</c> that newer libraries write in their place.</summary>
/// <param name="Path">The file that messages name.</param>
/// <param name="Vocabulary">Ids by token.</param>
/// <param name="Merges">Lines of <c>merges.txt</c>: its version, then a pair a line.</param>
internal sealed record TokenizerFiles(string Path, Dictionary<string, int> Vocabulary, IReadOnlyList<string> Merges)
{
    private const string Version = "#version: 0.2";

    /// <exception cref="ModelFolderException">A file is missing or not what it should be.</exception>
    public static TokenizerFiles Read(ModelFolder model, string folder)
    {
        var single = $"{folder}/tokenizer.json";
        return !model.Has($"{folder}/vocab.json") && model.Has(single) ? ReadSingle(model, single) : ReadPair(model, folder);
    }

    private static TokenizerFiles ReadPair(ModelFolder model, string folder)
    {
        using var vocabulary = model.ReadJson($"{folder}/vocab.json");
        var merges = model.File($"{folder}/merges.txt");
        return Checked(merges, () => new TokenizerFiles(merges, Ids(vocabulary.RootElement), File.ReadAllLines(merges)));
    }

    private static TokenizerFiles ReadSingle(ModelFolder model, string file)
    {
        using var json = model.ReadJson(file);
        var path = model.File(file);
        return Checked(path, () =>
        {
            var inner = json.RootElement.GetProperty("model");
            return new TokenizerFiles(path, Ids(inner.GetProperty("vocab")), [Version, .. inner.GetProperty("merges").EnumerateArray().Select(Pair)]);
        });
    }

    private static Dictionary<string, int> Ids(JsonElement vocabulary) => vocabulary.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32(), StringComparer.Ordinal);

    // ["i", "n"], or in older files "i n".
    private static string Pair(JsonElement merge) => merge.ValueKind == JsonValueKind.Array ? $"{merge[0].GetString()} {merge[1].GetString()}" : merge.GetString() ?? "";

    private static TokenizerFiles Checked(string path, Func<TokenizerFiles> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException or IndexOutOfRangeException or IOException)
        {
            throw ModelFolderException.Damaged(path, fault.Message);
        }
    }
}
