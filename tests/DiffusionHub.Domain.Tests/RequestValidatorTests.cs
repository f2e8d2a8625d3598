using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Domain.Tests;

public sealed class RequestValidatorTests
{
    private static readonly ModelCapabilities Model = new()
    {
        Name = "m", Family = "F", Hash = "00", Tasks = ["text-to-image"], Samplers = ["DDIM", "Euler"], DefaultSteps = 4, MaxSteps = 50,
        DefaultGuidance = 2, DefaultWidth = 512, DefaultHeight = 448, MinSide = 256, MaxSide = 1024, SideMultiple = 8,
    };

    private static readonly GenerationRequest Plain = new() { Model = "m", Prompt = "a cat" };

    [Fact]
    public void A_plain_request_is_accepted() => RequestValidator.Validate(Plain, Model).ShouldBeEmpty();

    [Theory]
    [InlineData(1, true)]
    [InlineData(50, true)]
    [InlineData(0, false)]
    [InlineData(51, false)]
    [InlineData(1000, false)]
    [InlineData(int.MinValue, false)]
    public void Steps_end_at_the_models_limit(int steps, bool accepted) => Check(Plain with { Steps = steps }, accepted, "steps", "1", "50");

    [Theory]
    [InlineData(1, true)]
    [InlineData(8, true)]
    [InlineData(0, false)]
    [InlineData(9, false)]
    [InlineData(99, false)]
    public void Count_goes_from_one_to_eight(int count, bool accepted) => Check(Plain with { Count = count }, accepted, "count", "1", "8");

    [Theory]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(-0.1, false)]
    [InlineData(30.1, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void Guidance_goes_from_zero_to_thirty(double guidance, bool accepted) => Check(Plain with { Guidance = guidance }, accepted, "guidance", "0", "30");

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(4294967295, 1, true)]
    [InlineData(4294967288, 8, true)]
    [InlineData(4294967289, 8, false)]
    [InlineData(-1, 1, false)]
    [InlineData(4294967296, 1, false)]
    public void The_last_pictures_seed_fits_too(long seed, int count, bool accepted) =>
        Check(Plain with { Seed = seed, Count = count }, accepted, "seed", "0", (4294967295 - count + 1).ToString());

    [Theory]
    [InlineData(256, true)]
    [InlineData(1024, true)]
    [InlineData(248, false)]
    [InlineData(1032, false)]
    public void Sides_stay_within_the_models_limits(int side, bool accepted)
    {
        Check(Plain with { Width = side }, accepted, "width", "256", "1024");
        Check(Plain with { Height = side }, accepted, "height", "256", "1024");
    }

    [Fact]
    public void A_side_is_a_multiple() => Check(Plain with { Width = 260 }, false, "width", "8");

    [Theory]
    [InlineData(4_000, true)]
    [InlineData(4_001, false)]
    [InlineData(100_000, false)]
    public void Prompts_have_a_longest_length(int length, bool accepted)
    {
        Check(Plain with { Prompt = new string('x', length) }, accepted, "prompt", "4,000");
        Check(Plain with { NegativePrompt = new string('x', length) }, accepted, "negativePrompt", "4,000");
    }

    // As numbers: half a pair does not survive a test's arguments.
    [Theory]
    [InlineData(0)]
    [InlineData(0xD83D)]
    [InlineData(0xDE00)]
    public void Text_that_cannot_be_stored_is_refused(int character) => Check(Plain with { Prompt = $"a {(char)character} b" }, false, "prompt");

    [Fact]
    public void Whole_pairs_are_text() => Check(Plain with { Prompt = "😀 りんご" }, true, "prompt");

    [Theory]
    [InlineData("DDIM", true)]
    [InlineData("euler", true)]
    [InlineData("Euler a", false)]
    [InlineData("", false)]
    public void The_sampler_is_one_of_the_models(string sampler, bool accepted) => Check(Plain with { Sampler = sampler }, accepted, "sampler", "DDIM, Euler");

    [Theory]
    [InlineData("cpu", true)]
    [InlineData("nv", true)]
    [InlineData("gpu", false)]
    [InlineData("CPU", false)]
    public void Noise_is_cpu_or_nv(string noise, bool accepted) => Check(Plain with { Noise = noise }, accepted, "noise", "cpu", "nv");

    [Fact]
    public void Every_fault_is_told_at_once() =>
        RequestValidator.Validate(Plain with { Steps = 0, Count = 99, Width = 1 }, Model).Select(e => e.Field).ShouldBe(["count", "steps", "width"], ignoreOrder: true);

    [Fact]
    public void Defaults_fill_only_what_is_absent()
    {
        var filled = RequestValidator.WithDefaults(Plain with { Sampler = "euler", Steps = 7 }, Model, 42);
        filled.ShouldBe(Plain with { Seed = 42, Steps = 7, Guidance = 2, Width = 512, Height = 448, Sampler = "Euler" });
        RequestValidator.WithDefaults(filled, Model, 1).ShouldBe(filled);
    }

    private static void Check(GenerationRequest request, bool accepted, string field, params string[] said)
    {
        var errors = RequestValidator.Validate(request, Model);
        if (accepted)
        {
            errors.ShouldBeEmpty();
            return;
        }

        var error = errors.ShouldHaveSingleItem();
        error.Field.ShouldBe(field);
        error.Message.ShouldContain(field);
        foreach (var word in said)
        {
            error.Message.ShouldContain(word);
        }
    }
}
