using System.Text.Json;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Tests;

public sealed class TokenizerTests
{
    private static readonly ClipTokenizer Clip = ClipTokenizer.Read(new ModelFolder(TestFiles.Path()), "tokenizer");

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Cases().GetArrayLength())];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Ids_are_those_of_CLIP(int row)
    {
        var golden = Cases()[row];
        Clip.Encode(golden.GetProperty("text").GetString()!).ShouldBe(golden.GetProperty("ids").EnumerateArray().Select(i => i.GetInt64()));
    }

    [Fact]
    public void A_vocabulary_alone_is_taken_as_published()
    {
        var published = ClipTokenizer.ReadPublished(new ModelFolder(TestFiles.Path()), "tokenizer");
        (published.Length, published.Begin, published.End, published.Padding).ShouldBe((Clip.Length, Clip.Begin, Clip.End, Clip.Padding));
        published.Encode("a red fox").ShouldBe(Clip.Encode("a red fox"));
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
