namespace DiffusionHub.Pipelines.Tests.Runs;

/// <summary>What prompts of all lengths do to a picture.</summary>
public sealed class PromptTests : IDisposable
{
    private static readonly string Long = string.Join(", ", Enumerable.Range(0, 100).Select(i => i % 3 == 0 ? "red fox" : "snow"));
    private readonly List<IPipeline> loaded = [];

    public void Dispose() => loaded.ForEach(pipeline => pipeline.Dispose());

    // Of a text that is cut, what is behind the cut makes no difference; with emphasis it does.
    [Theory]
    [InlineData("sd15", false)]
    [InlineData("sd15", true)]
    [InlineData("sdxl-base", false)]
    [InlineData("sdxl-base", true)]
    public void A_long_prompt_counts_to_its_end_only_with_emphasis(string model, bool emphasis)
    {
        var request = TestModels.Request(Long, steps: 1) with { Emphasis = emphasis };
        var error = Difference(model, request, request with { Prompt = Long + ", green" });
        (error > 1e-4).ShouldBe(emphasis, error.ToString("E1"));
    }

    [Theory]
    [InlineData("sd15")]
    [InlineData("sdxl-base")]
    public void A_short_prompt_without_brackets_is_the_same_with_emphasis(string model)
    {
        var request = TestModels.Request("a red fox, asleep", steps: 1, guidance: 4) with { NegativePrompt = "blurry" };
        Difference(model, request, request with { Emphasis = true }).ShouldBe(0);
    }

    [Theory]
    [InlineData("sd15")]
    [InlineData("sdxl-base")]
    public void Prompt_and_negative_prompt_may_differ_in_length(string model)
    {
        var one = TestModels.Request(Long, steps: 1, guidance: 4) with { NegativePrompt = "blurry", Emphasis = true };
        var other = one with { Prompt = "blurry", NegativePrompt = Long };
        Difference(model, one, other).ShouldBeGreaterThan(1e-4);
        Difference(model, one, one with { NegativePrompt = null }).ShouldBeGreaterThan(1e-4);
    }

    [Theory]
    [InlineData("sd15", "a (red:1.5) fox")]
    [InlineData("sd15", "a [red] fox")]
    [InlineData("sd15", "a BREAK red fox")]
    [InlineData("sdxl-base", "a (red:1.5) fox")]
    public void Emphasis_changes_the_picture(string model, string prompt)
    {
        var request = TestModels.Request(prompt, steps: 1) with { Emphasis = true };
        Difference(model, request, TestModels.Request("a red fox", steps: 1)).ShouldBeGreaterThan(1e-5);
    }

    [Fact]
    public void Emphasis_of_everything_is_none()
    {
        var request = TestModels.Request("a red fox", steps: 1) with { Emphasis = true };
        Difference("sd15", request, request with { Prompt = "(a red fox:1)" }).ShouldBe(0);
        Difference("sd15", request, request with { Prompt = @"a red fox\" }).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("sd15")]
    [InlineData("sdxl-base")]
    public void A_clip_skip_beyond_the_encoder_is_refused(string model)
    {
        var most = Load(model).Description.MaxClipSkip;
        Run(model, TestModels.Request(steps: 1) with { ClipSkip = most }).ShouldNotBeEmpty();
        foreach (var skip in new[] { -1, most + 1 })
        {
            var fault = Should.Throw<UnfitRequestException>(() => Run(model, TestModels.Request(steps: 1) with { ClipSkip = skip }));
            fault.Field.ShouldBe("clipSkip");
            fault.Message.ShouldContain($"clipSkip is {skip}");
            fault.Message.ShouldContain($"0 to {most}");
        }
    }

    [Fact]
    public void A_prompt_of_too_many_chunks_is_refused()
    {
        var request = TestModels.Request(string.Join(" BREAK ", Enumerable.Repeat("fox", 17)), steps: 1) with { Emphasis = true };
        var fault = Should.Throw<UnfitRequestException>(() => Run("sd15", request));
        fault.Field.ShouldBe("prompt");
        fault.Message.ShouldContain("17 chunks");
        fault.Message.ShouldContain("16");
    }

    private double Difference(string model, PictureRequest one, PictureRequest other) => TestFiles.Error(Run(model, one), Run(model, other));

    private float[] Run(string model, PictureRequest request) => Load(model).Run(request).Values;

    private IPipeline Load(string model)
    {
        if (loaded.Count == 0)
        {
            loaded.Add(TestModels.Load(model));
        }

        return loaded[0];
    }
}
