using System.Text.Json.Nodes;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Tests;

/// <summary>BERT's tokenizer, with a small vocabulary; the expected pieces are worked out by the published rules.</summary>
public sealed class WordPieceTests : IDisposable
{
    private static readonly string[] Vocabulary =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "fox", "##es", "un", "##aff", "##able", "cafe", ",", "-", "$", "\u72d0", "\u72f8", "the", "caf\u00e9", "Fox", "i", "\u03c3", "##\u03c3",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-wordpiece-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("a Fox, UNAFFABLE foxes", "a", "fox", ",", "un", "##aff", "##able", "fox", "##es")]
    [InlineData("  caf\u00e9\tcafe\u0301\nCAFE\u0301 ", "cafe", "cafe", "cafe")]
    [InlineData("fox-fox$fox", "fox", "-", "fox", "$", "fox")]
    [InlineData("\u72d0\u72f8fox", "\u72d0", "\u72f8", "fox")]
    [InlineData("fo\u200bx the\u0000 \ufffdfox f\u000box", "fox", "the", "fox", "fox")]
    [InlineData("a foxy a\u2003a\u3000a", "a", "[UNK]", "a", "a", "a")]
    [InlineData("a [MASK]fox [mask]", "a", "[MASK]", "fox", "[UNK]", "[UNK]", "[UNK]")]
    [InlineData("\u0130 \u03a3\u03a3", "i", "\u03c3", "##\u03c3")]
    [InlineData("")]
    public void Texts_become_the_pieces_of_BERT(string text, params string[] pieces)
    {
        WriteJson(_ => { });
        var ids = Read().Encode(text);
        long[] expected = [2, .. pieces.Select(piece => (long)Array.IndexOf(Vocabulary, piece)), 3];
        ids.ShouldBe([.. expected, .. new long[77 - expected.Length]]);
    }

    [Fact]
    public void Long_texts_are_cut_and_long_words_unknown()
    {
        WriteJson(_ => { });
        var ids = Read().Encode(string.Concat(Enumerable.Repeat("fox ", 100)));
        (ids.Length, ids[0], ids[76]).ShouldBe((77, 2, 3));
        ids[1..76].ShouldAllBe(id => id == 6);
        WriteJson(json => json["model"]!["max_input_chars_per_word"] = 4);
        Read().Encode("foxes fox")[1..3].ShouldBe([1L, 6L]);
    }

    [Fact]
    public void Capitals_and_accents_are_kept_where_the_file_says_so()
    {
        WriteJson(json => json["normalizer"]!["lowercase"] = false);
        Read().Encode("Fox caf\u00e9")[1..3].ShouldBe([19L, 18L]);
        WriteJson(json => json["normalizer"]!["strip_accents"] = false);
        Read().Encode("Fox caf\u00e9")[1..3].ShouldBe([6L, 18L]);
    }

    [Fact]
    public void A_list_of_words_is_as_good()
    {
        File.WriteAllLines(At("vocab.txt"), Vocabulary);
        File.WriteAllText(At("tokenizer_config.json"), """{"do_lower_case":true,"model_max_length":512}""");
        Read().Encode("Foxes, caf\u00e9 [MASK]")[..8].ShouldBe([2L, 6, 7, 12, 11, 4, 3, 0]);
    }

    [Theory]
    [InlineData("pre_tokenizer", """{"type":"Whitespace"}""", "Whitespace", "BertPreTokenizer")]
    [InlineData("normalizer", "null", "null", "BertNormalizer")]
    [InlineData("model", """{"type":"BPE"}""", "BPE", "WordPiece")]
    [InlineData("model", """{"type":"WordPiece","vocab":[]}""", "damaged")]
    [InlineData("added_tokens", "{}", "damaged")]
    [InlineData("normalizer", """{"type":"BertNormalizer","clean_text":false}""", "clean_text")]
    public void Another_tokenizer_is_refused(string key, string value, params string[] says)
    {
        WriteJson(json => json[key] = JsonNode.Parse(value));
        var message = Should.Throw<ModelFolderException>(Read).Message;
        says.Append(At("tokenizer.json")).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Fact]
    public void A_vocabulary_without_an_end_is_refused()
    {
        WriteJson(json => json["model"]!["vocab"]!.AsObject().Remove("[SEP]"));
        Should.Throw<ModelFolderException>(Read).Message.ShouldContain("[SEP]");
    }

    private WordPieceTokenizer Read() => WordPieceTokenizer.Read(new ModelFolder(folder.FullName), "tokenizer");

    private string At(string name) => Path.Combine(folder.CreateSubdirectory("tokenizer").FullName, name);

    private void WriteJson(Action<JsonNode> change)
    {
        var vocabulary = new JsonObject(Vocabulary.Index().Select(piece => KeyValuePair.Create(piece.Item, (JsonNode?)piece.Index)));
        var json = new JsonObject
        {
            ["added_tokens"] = new JsonArray(new JsonObject { ["id"] = 4, ["content"] = "[MASK]" }),
            ["normalizer"] = new JsonObject { ["type"] = "BertNormalizer", ["clean_text"] = true, ["handle_chinese_chars"] = true, ["strip_accents"] = null, ["lowercase"] = true },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["model"] = new JsonObject { ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100, ["vocab"] = vocabulary },
        };
        change(json);
        File.WriteAllText(At("tokenizer.json"), json.ToJsonString());
    }
}
