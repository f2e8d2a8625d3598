using DiffusionHub.Imaging.Metadata;

namespace DiffusionHub.Imaging.Tests;

public sealed class InfotextTests
{
    private static readonly KeyValuePair<string, string>[] Fields =
        [new("Steps", "4"), new("Sampler", "Euler a"), new("CFG scale", "1"), new("Seed", "965400086"), new("Size", "512x512"), new("Version", Infotext.Version)];

    [Fact]
    public void The_text_has_the_form_that_other_tools_read()
    {
        new Infotext("a cat, oil painting", "blurry", Fields).ToString().ShouldBe(
            "a cat, oil painting\nNegative prompt: blurry\nSteps: 4, Sampler: Euler a, CFG scale: 1, Seed: 965400086, Size: 512x512, Version: DiffusionHub 0.1");
        new Infotext("a cat", "", Fields).ToString().ShouldNotContain("Negative");
    }

    [Theory]
    [InlineData("a cat", "")]
    [InlineData("", "")]
    [InlineData("two\nlines: of, prompt", "three\nof\nnegative")]
    [InlineData("りんご", "ぼけ")]
    public void What_was_written_reads_back(string prompt, string negative)
    {
        KeyValuePair<string, string>[] odd = [.. Fields[..4], new("Lora hashes", "a: \"b\", c\\d")];
        var back = Infotext.Parse(new Infotext(prompt, negative, odd).ToString());
        back.Prompt.ShouldBe(prompt);
        back.NegativePrompt.ShouldBe(negative);
        back.Fields.ShouldBe(odd);
    }

    [Fact]
    public void A_size_reads_as_two_numbers()
    {
        var back = Infotext.Parse("x\nSteps: 4, Size: 640x480, Seed: 1");
        (back["Size-1"], back["Size-2"], back["Seed"]).ShouldBe(("640", "480", "1"));
    }

    [Theory]
    [InlineData("just words")]
    [InlineData("a: b, c: d")]
    [InlineData("")]
    public void A_text_without_pairs_is_all_prompt(string text)
    {
        var back = Infotext.Parse(text);
        back.Prompt.ShouldBe(text);
        back.Fields.ShouldBeEmpty();
    }
}
