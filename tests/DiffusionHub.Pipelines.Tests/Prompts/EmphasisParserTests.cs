using System.Globalization;
using DiffusionHub.Pipelines.Prompts;

namespace DiffusionHub.Pipelines.Tests.Prompts;

public sealed class EmphasisParserTests
{
    // Pieces as text*weight, with a bar before one that begins a chunk.
    [Theory]
    [InlineData("", "")]
    [InlineData("a cat", "a cat*1")]
    [InlineData("a (red) cat", "a *1,red*1.1, cat*1")]
    [InlineData("((a))", "a*1.21")]
    [InlineData("[a]", "a*0.909")]
    [InlineData("([a])", "a*1")]
    [InlineData("(a:1.5)", "a*1.5")]
    [InlineData("(a: 0.5 )", "a*0.5")]
    [InlineData("(a:-1)", "a*-1")]
    [InlineData("(a:.5)", "a*0.5")]
    [InlineData("(a (b:1.5) c:2)", "a *2,b*3, c*2")]
    [InlineData("(a:x)", "a:x*1.1")]
    [InlineData("(a:)", "a:*1.1")]
    [InlineData("(a:1,5)", "a:1,5*1.1")]
    [InlineData("[a:2]", "a:2*0.909")]
    [InlineData("a:2", "a:2*1")]
    [InlineData("(a", "a*1.1")]
    [InlineData("((a) b", "a*1.21, b*1.1")]
    [InlineData("[a", "a*0.909")]
    [InlineData("a)", "a)*1")]
    [InlineData("a]b", "a]b*1")]
    [InlineData("(a]b)", "a]b*1.1")]
    [InlineData("([a)b", "a*1,b*0.909")]
    [InlineData("()", "")]
    [InlineData("(:2)a", "a*1")]
    [InlineData(@"\(a\)", "(a)*1")]
    [InlineData(@"\[a\] \\ \b", @"[a] \ \b*1")]
    [InlineData("a BREAK b", "a *1,| b*1")]
    [InlineData("(a BREAK b:2)", "a *2,| b*2")]
    [InlineData("a BREAK", "a *1")]
    [InlineData("BREAK a", "| a*1")]
    [InlineData("a BREAKFAST UNBREAK", "a BREAKFAST UNBREAK*1")]
    [InlineData("(a:1e999)", "a:1e999*1.1")]
    public void Brackets_and_numbers_are_weights(string prompt, string pieces) =>
        string.Join(',', EmphasisParser.Parse(prompt).Select(p => $"{(p.Breaks ? "|" : "")}{p.Text}*{Math.Round(p.Weight, 3).ToString(CultureInfo.InvariantCulture)}")).ShouldBe(pieces);
}
