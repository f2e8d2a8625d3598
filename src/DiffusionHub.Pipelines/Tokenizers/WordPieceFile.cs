using System.Text.Json;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tokenizers;

/// <summary>What a WordPiece tokenizer's files say.</summary>
internal sealed record WordPieceFile
{
    private const string Json = "tokenizer.json", Lines = "vocab.txt", Config = "tokenizer_config.json";
    private static readonly string[] Published = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    /// <summary>Ids of the pieces of words.</summary>
    public required Dictionary<string, int> Vocabulary { get; init; }

    /// <summary>How texts become words.</summary>
    public required BertWords Words { get; init; }

    /// <summary>Tokens that are recognised in a text.</summary>
    public required IReadOnlyList<string> Special { get; init; }

    /// <summary>What a piece begins with that does not begin a word.</summary>
    public string Continuation { get; init; } = "##";

    /// <summary>Most characters of a word that is looked up.</summary>
    public int LongestWord { get; init; } = 100;

    /// <summary>The word for what is in no vocabulary.</summary>
    public string UnknownText { get; init; } = "[UNK]";

    /// <summary>Id of a word that cannot be put together.</summary>
    public int Unknown => Vocabulary[UnknownText];

    /// <summary>Id of the token that begins a sequence.</summary>
    public int Begin => Vocabulary["[CLS]"];

    /// <summary>Id of the token that ends a sequence.</summary>
    public int End => Vocabulary["[SEP]"];

    /// <summary>Id that fills a sequence up.</summary>
    public int Padding => Vocabulary["[PAD]"];

    /// <exception cref="ModelFolderException">A file is missing, not what it should be, or asks for what the hub cannot do.</exception>
    public static WordPieceFile Read(ModelFolder model, string folder)
    {
        var name = model.Has($"{folder}/{Json}") || !model.Has($"{folder}/{Lines}") ? Json : Lines;
        var path = model.File($"{folder}/{name}");
        try
        {
            var file = name == Json ? FromJson(model, $"{folder}/{Json}", path) : FromLines(model, folder, path);
            foreach (var token in new[] { file.UnknownText, "[CLS]", "[SEP]", "[PAD]" }.Where(token => !file.Vocabulary.ContainsKey(token)))
            {
                throw ModelFolderException.Damaged(path, ModelFolderException.Format(FolderTexts.MissingKey, token));
            }

            return file;
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            throw ModelFolderException.Damaged(path, fault.Message);
        }
    }

    private static WordPieceFile FromJson(ModelFolder model, string name, string path)
    {
        using var json = model.ReadJson(name);
        var (root, words) = (json.RootElement, json.RootElement.GetProperty("model"));
        Only(path, root, "normalizer", "BertNormalizer");
        Only(path, root, "pre_tokenizer", "BertPreTokenizer");
        Only(path, root, "model", "WordPiece");
        var normal = root.GetProperty("normalizer");
        if (normal.TryGetProperty("clean_text", out var clean) && !clean.GetBoolean())
        {
            throw ModelFolderException.Unsupported(path, "clean_text", "false", "true");
        }

        var vocabulary = words.GetProperty("vocab").EnumerateObject().ToDictionary(piece => piece.Name, piece => piece.Value.GetInt32(), StringComparer.Ordinal);
        List<string> special = [];
        foreach (var token in root.GetProperty("added_tokens").EnumerateArray())
        {
            special.Add(token.GetProperty("content").GetString()!);
            vocabulary[special[^1]] = token.GetProperty("id").GetInt32();
        }

        return new WordPieceFile
        {
            Vocabulary = vocabulary,
            Special = special,
            Words = Rules(normal, lower: "lowercase", chinese: "handle_chinese_chars"),
            Continuation = words.GetProperty("continuing_subword_prefix").GetString()!,
            LongestWord = words.GetProperty("max_input_chars_per_word").GetInt32(),
            UnknownText = words.GetProperty("unk_token").GetString()!,
        };
    }

    // A line is an id, from 0.
    private static WordPieceFile FromLines(ModelFolder model, string folder, string path)
    {
        using var config = model.ReadJson($"{folder}/{Config}");
        var vocabulary = File.ReadLines(path).Index().ToDictionary(line => line.Item, line => line.Index, StringComparer.Ordinal);
        return new WordPieceFile
        {
            Vocabulary = vocabulary,
            Special = [.. Published.Where(vocabulary.ContainsKey)],
            Words = Rules(config.RootElement, lower: "do_lower_case", chinese: "tokenize_chinese_chars"),
        };
    }

    // Unless it is said, letters lose their marks when they become small.
    private static BertWords Rules(JsonElement from, string lower, string chinese)
    {
        var small = Flag(lower) ?? true;
        return new BertWords(small, Flag("strip_accents") ?? small, Flag(chinese) ?? true);

        bool? Flag(string key) => from.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetBoolean() : null;
    }

    private static void Only(string path, JsonElement root, string key, string type)
    {
        var found = root.TryGetProperty(key, out var part) && part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var kind) ? kind.GetString() : null;
        if (found != type)
        {
            throw ModelFolderException.Unsupported(path, key, found ?? "null", type);
        }
    }
}
