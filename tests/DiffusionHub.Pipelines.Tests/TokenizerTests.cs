using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Tests;

public sealed class TokenizerTests
{
    private const int EndOfText = 49407;
    private static readonly ClipTokenizer Clip = ClipTokenizer.Published(EndOfText);

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Cases().GetArrayLength())];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Ids_are_those_of_CLIP(int row)
    {
        var golden = Cases()[row];
        Clip.Encode(golden.GetProperty("text").GetString()!).ShouldBe(golden.GetProperty("ids").EnumerateArray().Select(i => i.GetInt64()));
    }

    [Fact]
    public void The_published_vocabulary_follows_from_its_merges()
    {
        // Of a line "id token" for each token of OpenCLIP's vocab.json, in order of id.
        var lines = string.Concat(Clip.Vocabulary.OrderBy(token => token.Value).Select(token => $"{token.Value} {token.Key}\n"));
        Clip.Vocabulary.Count.ShouldBe(EndOfText + 1);
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines))).ShouldBe("1d3b4940a080a5159df11f54f8508d8076a9deb2e85b20e6785af7d8a4bc3f01");
        (Clip.Length, Clip.Begin, Clip.End, Clip.Padding).ShouldBe((77, EndOfText - 1, EndOfText, EndOfText));
        ClipTokenizer.Published(0).Encode("a")[^1].ShouldBe(0, "OpenCLIP fills up with zeros");
    }

    [Fact]
    public void A_vocabulary_alone_is_taken_as_published()
    {
        var folder = Directory.CreateTempSubdirectory("hub-tokenizer-");
        try
        {
            var own = folder.CreateSubdirectory("tokenizer").FullName;
            PublishedVocabulary.Write(own);
            File.WriteAllText(Path.Combine(own, "vocab.json"), JsonSerializer.Serialize(Clip.Vocabulary));
            var published = ClipTokenizer.ReadPublished(new ModelFolder(folder.FullName), "tokenizer");
            (published.Length, published.Begin, published.End, published.Padding).ShouldBe((Clip.Length, Clip.Begin, Clip.End, Clip.Padding));
            published.Encode("a red fox").ShouldBe(Clip.Encode("a red fox"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_models_own_vocabulary_length_and_special_tokens_are_used()
    {
        var tokenizer = ClipTokenizer.Read(TestFiles.Sprout.Folder, "tokenizer");
        (tokenizer.Length, tokenizer.Begin, tokenizer.End, tokenizer.Padding).ShouldBe((32, 4094, 4095, 4095));
        var ids = tokenizer.Encode("red apple, fluent style");
        ids.Length.ShouldBe(32);
        ids[0].ShouldBe(4094);
        ids[6..].ShouldAllBe(id => id == 4095);
        tokenizer.Encode(string.Concat(Enumerable.Repeat("word ", 25_000))).ShouldSatisfyAllConditions(
            longest => longest.Length.ShouldBe(32),
            longest => longest[31].ShouldBe(4095),
            longest => longest[30].ShouldNotBe(4095));
    }

    private static JsonElement Cases()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Path("tokenizer", "cases.json")));
        return document.RootElement.Clone();
    }
}
