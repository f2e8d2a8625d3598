using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Prompts;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Tests.Prompts;

public sealed class PromptChunksTests
{
    private static readonly ClipTokenizer Clip = ClipTokenizer.Published(0);
    private static readonly long Cat = Clip.Tokens("cat")[0];
    private static readonly long Comma = Clip.Tokens(",")[0];

    [Fact]
    public void An_empty_text_is_one_empty_chunk()
    {
        var chunk = PromptChunks.Weighted(Clip, "").ShouldHaveSingleItem();
        chunk.Ids.ShouldBe(PromptChunks.Plain(Clip, "")[0].Ids);
        chunk.Weights.ShouldBeNull();
    }

    [Fact]
    public void A_short_text_without_brackets_is_what_the_tokenizer_makes_of_it() =>
        PromptChunks.Weighted(Clip, "a red fox, asleep").ShouldHaveSingleItem().Ids.ShouldBe(Clip.Encode("a red fox, asleep"));

    [Theory]
    [InlineData(75, 1)]
    [InlineData(76, 2)]
    [InlineData(150, 2)]
    [InlineData(151, 3)]
    public void A_chunk_holds_75_tokens(int words, int chunks)
    {
        var all = PromptChunks.Weighted(Clip, Words("cat", words));
        all.Count.ShouldBe(chunks);
        all.ShouldAllBe(chunk => chunk.Ids.Length == 77 && chunk.Ids[0] == Clip.Begin);
        all.Sum(chunk => chunk.Ids.Count(id => id == Cat)).ShouldBe(words);
        PromptChunks.Plain(Clip, Words("cat", words)).Count.ShouldBe(1);
    }

    // A phrase goes to the next chunk where its comma is at most 20 tokens before the end.
    [Theory]
    [InlineData(54, 75)]
    [InlineData(55, 56)]
    [InlineData(70, 71)]
    [InlineData(74, 75)]
    public void A_phrase_is_not_cut(int before, int inFirst)
    {
        var chunks = PromptChunks.Weighted(Clip, $"{Words("cat", before)}, {Words("cat", 40)}");
        chunks.Count.ShouldBe(2);
        chunks[0].Ids.Skip(1).TakeWhile(id => id != Clip.End).Count().ShouldBe(inFirst);
        chunks.Sum(chunk => chunk.Ids.Count(id => id == Cat)).ShouldBe(before + 40);
    }

    [Fact]
    public void A_comma_that_does_not_fit_begins_the_next_chunk()
    {
        var chunks = PromptChunks.Weighted(Clip, $"{Words("cat", 60)}, {Words("cat", 14)}, cat");
        chunks[0].Ids.Count(id => id == Cat).ShouldBe(74);
        chunks[1].Ids[1..3].ShouldBe([Comma, Cat]);
    }

    [Fact]
    public void Weights_lie_at_their_tokens_and_nowhere_else()
    {
        var chunk = PromptChunks.Weighted(Clip, "a (red fox:1.5) asleep").ShouldHaveSingleItem();
        chunk.Ids.ShouldBe(Clip.Encode("a red fox asleep"));
        chunk.Weights.ShouldBe([1, 1, 1.5f, 1.5f, 1, .. Enumerable.Repeat(1f, 72)]);
    }

    [Fact]
    public void Break_fills_a_chunk_up()
    {
        var chunks = PromptChunks.Weighted(Clip, "a cat BREAK a red fox");
        chunks.Select(chunk => chunk.Ids).ShouldBe([Clip.Encode("a cat"), Clip.Encode("a red fox")]);
        PromptChunks.Weighted(Clip, "BREAK a cat").Select(chunk => chunk.Ids).ShouldBe([Clip.Encode(""), Clip.Encode("a cat")]);
    }

    [Fact]
    public void A_models_own_window_counts()
    {
        var tokenizer = ClipTokenizer.Read(new ModelFolder(TestModels.At("sd15")), "tokenizer");
        PromptChunks.Weighted(tokenizer, new string('x', 400)).ShouldAllBe(chunk => chunk.Ids.Length == tokenizer.Length);
    }

    private static string Words(string word, int count) => string.Join(' ', Enumerable.Repeat(word, count));
}
