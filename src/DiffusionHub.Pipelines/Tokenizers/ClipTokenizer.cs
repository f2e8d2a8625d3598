using System.Text;
using System.Text.Json;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tokenizers;

/// <summary>
/// CLIP's byte-pair tokenizer (Radford et al. 2021; Sennrich et al. 2016), read from a folder with <c>vocab.json</c>,
/// <c>merges.txt</c> and <c>tokenizer_config.json</c>. Safe to use from several threads.
/// </summary>
public sealed class ClipTokenizer
{
    // CLIP's published length, for configs that give none or an absurd one.
    private const int UsualLength = 77;
    internal const string WordEnd = "</w>";
    internal static readonly string[] ByteSymbols = Symbols();

    private readonly Dictionary<string, int> vocabulary;
    private readonly Dictionary<(string Left, string Right), int> ranks;
    private readonly string beginText;
    private readonly string endText;

    private ClipTokenizer(Dictionary<string, int> vocabulary, Dictionary<(string Left, string Right), int> ranks, SpecialTokens special, int length)
    {
        (this.vocabulary, this.ranks) = (vocabulary, ranks);
        (beginText, endText) = (special.Begin, special.End);
        Begin = vocabulary[beginText];
        End = vocabulary[endText];
        Padding = special.Padding is { } pad ? vocabulary[pad] : End;
        Length = length;
    }

    private sealed record SpecialTokens(string Begin = "<|startoftext|>", string End = "<|endoftext|>", string? Padding = null);

    /// <summary>Tokens in every sequence.</summary>
    public int Length { get; }

    /// <summary>All tokens with their ids.</summary>
    internal IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    /// <summary>Id of the token that begins a sequence.</summary>
    public int Begin { get; }

    /// <summary>Id of the token that ends a sequence.</summary>
    public int End { get; }

    /// <summary>Id that fills a sequence up.</summary>
    public int Padding { get; }

    /// <summary>Reads the tokenizer in <paramref name="folder"/> of <paramref name="model"/>.</summary>
    /// <exception cref="ModelFolderException">A file is missing or not what it should be.</exception>
    public static ClipTokenizer Read(ModelFolder model, string folder)
    {
        using var config = model.ReadJson($"{folder}/tokenizer_config.json");
        return Read(model, folder, config.RootElement);
    }

    /// <summary>Reads a vocabulary and its merges alone, with the special tokens and the length that CLIP was published with.</summary>
    /// <exception cref="ModelFolderException">A file is missing or not what it should be.</exception>
    public static ClipTokenizer ReadPublished(ModelFolder model, string folder)
    {
        using var nothing = JsonDocument.Parse("{}");
        return Read(model, folder, nothing.RootElement);
    }

    /// <summary>CLIP's published tokenizer, which models in single files do not bring with them.</summary>
    /// <param name="padding">Id that fills sequences up: the end token with OpenAI's encoders, 0 with OpenCLIP's.</param>
    public static ClipTokenizer Published(int padding)
    {
        var merges = Merges(PublishedVocabulary.Merges());
        var tokens = PublishedVocabulary.Tokens(ByteSymbols);
        var vocabulary = tokens.Index().ToDictionary(token => token.Item, token => token.Index, StringComparer.Ordinal);
        var special = new SpecialTokens();
        return new ClipTokenizer(vocabulary, merges, special with { Padding = tokens[padding] }, UsualLength);
    }

    private static ClipTokenizer Read(ModelFolder model, string folder, JsonElement config)
    {
        using var vocabularyJson = model.ReadJson($"{folder}/vocab.json");
        var mergesPath = model.File($"{folder}/merges.txt");
        try
        {
            var ids = vocabularyJson.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32(), StringComparer.Ordinal);
            var usual = new SpecialTokens();
            var special = new SpecialTokens(Token(config, "bos_token") ?? usual.Begin, Token(config, "eos_token") ?? usual.End, Token(config, "pad_token"));
            var length = config.TryGetProperty("model_max_length", out var most) && most.TryGetInt32(out var value) && value is > 2 and < 100_000 ? value : UsualLength;
            return new ClipTokenizer(ids, Merges(File.ReadLines(mergesPath)), special, length);
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            throw ModelFolderException.Damaged(mergesPath, fault.Message);
        }
    }

    // The first line names the file's version.
    private static Dictionary<(string Left, string Right), int> Merges(IEnumerable<string> lines)
    {
        var merges = new Dictionary<(string, string), int>();
        foreach (var line in lines.Skip(1).Where(l => l.Length > 0))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            merges.TryAdd((line[..space], line[(space + 1)..]), merges.Count);
        }

        return merges;
    }

    /// <summary>Ids of <paramref name="text"/>, cut or filled up to <see cref="Length"/>.</summary>
    public long[] Encode(string text)
    {
        var ids = Tokens(text, Length - 2);
        return [Begin, .. ids, End, .. Enumerable.Repeat((long)Padding, Length - 2 - ids.Count)];
    }

    /// <summary>Ids of <paramref name="text"/> alone, at most <paramref name="most"/>.</summary>
    public IReadOnlyList<long> Tokens(string text, int most = int.MaxValue)
    {
        var ids = new List<long>();
        foreach (var (piece, special) in Pieces(text))
        {
            if (special is { } id)
            {
                ids.Add(id);
                continue;
            }

            foreach (var word in WordSplitter.Split(piece))
            {
                Merge(word, ids);
                if (ids.Count >= most)
                {
                    break;
                }
            }
        }

        if (ids.Count > most)
        {
            ids.RemoveRange(most, ids.Count - most);
        }

        return ids;
    }

    // The special tokens are recognised in the text as it was typed, before anything else.
    private IEnumerable<(string Text, int? Special)> Pieces(string text)
    {
        while (true)
        {
            var (begin, end) = (text.IndexOf(beginText, StringComparison.Ordinal), text.IndexOf(endText, StringComparison.Ordinal));
            if (begin < 0 && end < 0)
            {
                yield return (text, null);
                yield break;
            }

            var isBegin = begin >= 0 && (end < 0 || begin < end);
            var at = isBegin ? begin : end;
            yield return (text[..at], null);
            yield return ("", isBegin ? Begin : End);
            text = text[(at + (isBegin ? beginText : endText).Length)..];
        }
    }

    // Joins the pair of the lowest rank, everywhere in the word, until no pair is left that was learnt.
    private void Merge(string word, List<long> ids)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        var symbols = new List<string>(bytes.Length);
        symbols.AddRange(bytes.Select(b => ByteSymbols[b]));
        symbols[^1] += WordEnd;
        while (symbols.Count > 1)
        {
            var (best, rank) = (0, int.MaxValue);
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                if (ranks.TryGetValue((symbols[i], symbols[i + 1]), out var r) && r < rank)
                {
                    (best, rank) = (i, r);
                }
            }

            if (rank == int.MaxValue)
            {
                break;
            }

            Join(symbols, symbols[best], symbols[best + 1]);
        }

        ids.AddRange(symbols.Select(s => (long)vocabulary.GetValueOrDefault(s, End)));
    }

    private static void Join(List<string> symbols, string left, string right)
    {
        var write = 0;
        for (var read = 0; read < symbols.Count; read++)
        {
            var pair = read + 1 < symbols.Count && symbols[read] == left && symbols[read + 1] == right;
            symbols[write++] = pair ? left + right : symbols[read];
            read += pair ? 1 : 0;
        }

        symbols.RemoveRange(write, symbols.Count - write);
    }

    private static string? Token(JsonElement config, string name)
    {
        if (!config.TryGetProperty(name, out var token))
        {
            return null;
        }

        return token.ValueKind == JsonValueKind.Object ? token.GetProperty("content").GetString() : token.GetString();
    }

    // GPT-2's table: every byte as a printable character; those that are none already take U+0100 and up.
    private static string[] Symbols()
    {
        var symbols = new string[256];
        var next = 0x100;
        for (var b = 0; b < 256; b++)
        {
            var printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            symbols[b] = ((char)(printable ? b : next++)).ToString();
        }

        return symbols;
    }
}
