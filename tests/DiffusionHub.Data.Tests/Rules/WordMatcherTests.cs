using System.Diagnostics;
using DiffusionHub.People.Rules;
using Shouldly;
using Xunit;

namespace DiffusionHub.Data.Tests.Rules;

public sealed class WordMatcherTests
{
    [Theory]
    [InlineData("ass", "a big ass", "ass")]
    [InlineData("ass", "ASS!", "ASS")]
    [InlineData("ass", "an (ass:1.3), masterpiece", "ass")]
    [InlineData("ass", "l'ass_9", "ass")]
    [InlineData("ass*", "assembly line", "assembly")]
    [InlineData("ass*", "an ass", "ass")]
    [InlineData("naked cat", "a naked   cat", "naked   cat")]
    [InlineData("naked cat", "NAKED-\n...cat", "NAKED-\n...cat")]
    [InlineData("naked-cat", "a naked cat", "naked cat")]
    [InlineData("naked c*", "naked children", "naked children")]
    [InlineData("cafe", "Café", "Café")]
    [InlineData("café", "a cafe\u0301 by night", "cafe\u0301")]
    [InlineData("cafe", "a c\u0336a\u0336f\u0336e\u0336", "c\u0336a\u0336f\u0336e\u0336")]
    [InlineData("blood", "b\u200Bl\u200Doo\uFEFFd", "b\u200Bl\u200Doo\uFEFFd")]
    [InlineData("blood", "blo\u00ADod", "blo\u00ADod")]
    [InlineData("blood", "ｂｌｏｏｄ", "ｂｌｏｏｄ")]
    [InlineData("blood", "ＢＬＯＯＤ", "ＢＬＯＯＤ")]
    [InlineData("blood", "𝐛𝗹𝓸𝔬𝕕", "𝐛𝗹𝓸𝔬𝕕")]
    [InlineData("blood", "𝐁𝗟𝓞𝔒𝔻", "𝐁𝗟𝓞𝔒𝔻")]
    [InlineData("blood", "Ⓑⓛⓞⓞⓓ", "Ⓑⓛⓞⓞⓓ")]
    [InlineData("blood", "🅱🅻🅾🅾🅳", "🅱🅻🅾🅾🅳")]
    [InlineData("hope", "норе", "норе")]
    [InlineData("copy", "ϲοру сору", "сору")]
    [InlineData("порно", "Порно", "Порно")]
    [InlineData("порно", "пopнo", "пopнo")]
    [InlineData("istanbul", "İSTANBUL", "İSTANBUL")]
    [InlineData("İstanbul", "istanbul", "istanbul")]
    [InlineData("sıkı", "SIKI", "SIKI")]
    [InlineData("scheisse", "Scheiße", "Scheiße")]
    [InlineData("Scheiße", "SCHEISSE", "SCHEISSE")]
    [InlineData("Scheiße", "SCHEIẞE", "SCHEIẞE")]
    [InlineData("oedipus", "Œdipus", "Œdipus")]
    [InlineData("office", "oﬃce", "oﬃce")]
    [InlineData("sosis", "ſoſiſ", "ſoſiſ")]
    [InlineData("μάνα", "ΜΑΝΑ", "ΜΑΝΑ")]
    [InlineData("裸体", "美しい裸体の絵", "裸体")]
    [InlineData("カナ", "ﾊﾞｶﾅ", "ｶﾅ")]
    [InlineData("เปลือย", "คนเปลือยกาย", "เปลือย")]
    [InlineData("नग्न", "एक नग्न चित्र", "नग्न")]
    [InlineData("18", "she is 18.", "18")]
    [InlineData("x2", "x²", "x²")]
    public void Word_is_found_as_it_was_typed(string word, string text, string found) => Find(text, word).ShouldBe(found);

    [Theory]
    [InlineData("ass", "a class of glass, an assembly")]
    [InlineData("ass", "ass9")]
    [InlineData("ass", "assé")]
    [InlineData("ass*", "a bass")]
    [InlineData("naked cat", "naked cats")]
    [InlineData("naked cat", "naked black cat")]
    [InlineData("naked cat", "nakedcat")]
    [InlineData("cat", "")]
    [InlineData("cat", " \u200B\u0301 ")]
    [InlineData("कि", "एक कौवा")]
    [InlineData("ばか", "はか")]
    [InlineData("!!", "!!")]
    public void Other_words_are_not(string word, string text) => Find(text, word).ShouldBeNull();

    [Fact]
    public void Lone_surrogates_are_between_words() => Find("\uD800cat\uDC00", "cat").ShouldBe("cat");

    [Fact]
    public void Longest_word_of_a_rule_does_not_hide_a_shorter_one() => Find("a red car", "red carpet", "red").ShouldBe("red");

    [Fact]
    public void Word_that_begins_inside_another_match_is_found() => Find("very very red", "very red").ShouldBe("very red");

    [Fact]
    public void Time_grows_with_the_text_and_not_with_its_square()
    {
        var words = Enumerable.Range(0, 500).Select(i => string.Join(' ', Enumerable.Repeat("a", 40)) + $" b{i}").ToArray();
        var matcher = new WordMatcher(words);
        Find(matcher, Text(1_000));
        var (one, eight) = (Enumerable.Range(0, 5).Min(_ => Time(20_000)), Enumerable.Range(0, 5).Min(_ => Time(160_000)));
        eight.ShouldBeLessThan(one * 40);

        double Time(int length)
        {
            var started = Stopwatch.GetTimestamp();
            Find(matcher, Text(length)).ShouldBeNull();
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        static string Text(int length) => string.Join("\u0301 ", Enumerable.Repeat("a", length / 3));
    }

    private static string? Find(string text, params string[] words) => Find(new WordMatcher(words), text);

    private static string? Find(WordMatcher matcher, string text) => matcher.Find(new FoldedText(text));
}
