using System.IO.Compression;
using System.Text.Json;

namespace DiffusionHub.Pipelines.Tokenizers;

/// <summary>CLIP's published byte pairs, which ship with the hub, and the vocabulary that follows from them.</summary>
public static class PublishedVocabulary
{
    private const string Begin = "<|startoftext|>";
    private const string End = "<|endoftext|>";

    /// <summary>Writes <c>vocab.json</c> and <c>merges.txt</c> as a tokenizer's folder has them.</summary>
    public static void Write(string folder)
    {
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), Merges());
        using var stream = File.Create(Path.Combine(folder, "vocab.json"));
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        foreach (var (id, token) in Tokens(ClipTokenizer.ByteSymbols).Index())
        {
            json.WriteNumber(token, id);
        }

        json.WriteEndObject();
    }

    /// <summary>Lines of <c>merges.txt</c>; the first names the file's version.</summary>
    internal static IReadOnlyList<string> Merges()
    {
        // Packed: it is half a megabyte that nobody edits.
        using var packed = new BrotliStream(typeof(PublishedVocabulary).Assembly.GetManifestResourceStream("merges.txt.br")!, CompressionMode.Decompress);
        using var reader = new StreamReader(packed);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0)];
    }

    /// <summary>Tokens in the order of their ids: bytes by their symbols' code points, so that the printable ones come first; the same at a word's end; the merges; the special ones.</summary>
    /// <param name="byteSymbols">The symbol of each byte.</param>
    internal static IReadOnlyList<string> Tokens(IReadOnlyList<string> byteSymbols)
    {
        var bytes = byteSymbols.OrderBy(symbol => symbol[0]).ToList();
        return
        [
            .. bytes, .. bytes.Select(symbol => symbol + ClipTokenizer.WordEnd), .. Merges().Skip(1).Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)), Begin, End,
        ];
    }
}
