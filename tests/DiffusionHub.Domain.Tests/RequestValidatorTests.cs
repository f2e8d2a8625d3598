using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Domain.Tests;

public sealed class RequestValidatorTests
{
    private static readonly ModelCapabilities Model = new()
    {
        Name = "m", Family = "F", Hash = "00", Tasks = ["text-to-image"], Samplers = ["DDIM", "Euler", "DPM++ 2M"],
        Schedules = ["Normal", "Karras", "SGM uniform"], SamplersWithSchedules = ["Euler", "DPM++ 2M"],
        SamplerMaxSteps = new Dictionary<string, int> { ["DPM++ 2M"] = 20 }, DefaultSteps = 4, MaxSteps = 50,
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
    [InlineData("dpm++ 2m karras", 20, true)]
    [InlineData("dpm++ 2m karras", 21, false)]
    [InlineData("Euler", 21, true)]
    public void Steps_end_at_the_samplers_limit_too(string sampler, int steps, bool accepted) =>
        Check(Plain with { Sampler = sampler, Steps = steps }, accepted, "steps", "DPM++ 2M", "from 1 to 20");

    [Fact]
    public void The_models_default_steps_are_held_to_the_samplers_limit() =>
        RequestValidator.Validate(Plain with { Sampler = "DPM++ 2M" }, Model with { DefaultSteps = 25 }).ShouldHaveSingleItem().Field.ShouldBe("steps");

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
    [InlineData("Euler", "Karras", true)]
    [InlineData("Euler", "sgm UNIFORM", true)]
    [InlineData("Euler", "Automatic", true)]
    [InlineData("DDIM", "automatic", true)]
    [InlineData("Euler", "Karas", false)]
    [InlineData("Euler", "", false)]
    public void The_schedule_is_one_of_the_models(string sampler, string schedule, bool accepted) =>
        Check(Plain with { Sampler = sampler, Schedule = schedule }, accepted, "schedule", "Automatic, Normal, Karras, SGM uniform");

    [Theory]
    [InlineData("DDIM", "Karras", "schedule")]
    [InlineData(null, "Karras", "schedule")]
    [InlineData("ddim karras", null, "sampler")]
    public void A_schedule_that_the_sampler_cannot_take_is_refused_with_the_reason(string? sampler, string? schedule, string field) =>
        Check(Plain with { Sampler = sampler, Schedule = schedule }, false, field, "Karras", "DDIM", "noise levels of its own", "Euler, DPM++ 2M");

    [Theory]
    [InlineData("DPM++ 2M Karras", null)]
    [InlineData("dpm++ 2m karras", "Automatic")]
    [InlineData("DPM++ 2M Karras", "karras")]
    [InlineData("dpm++ 2m", "karras")]
    public void A_sampler_and_schedule_in_one_name_are_taken_apart(string sampler, string? schedule)
    {
        var request = Plain with { Sampler = sampler, Schedule = schedule };
        Check(request, true, "sampler");
        var filled = RequestValidator.WithDefaults(request, Model, 1);
        (filled.Sampler, filled.Schedule).ShouldBe(("DPM++ 2M", "Karras"));
        RequestValidator.Validate(filled, Model).ShouldBeEmpty();
        RequestValidator.WithDefaults(filled, Model, 2).ShouldBe(filled);
    }

    [Fact]
    public void Two_schedules_that_differ_are_refused() =>
        Check(Plain with { Sampler = "Euler Karras", Schedule = "Normal" }, false, "schedule", "Euler Karras", "Normal");

    [Theory]
    [InlineData("Euler Karas")]
    [InlineData("Heun Karras")]
    [InlineData("Karras")]
    [InlineData("Euler  Karras")]
    public void A_name_of_which_one_part_is_unknown_is_refused(string sampler) => Check(Plain with { Sampler = sampler }, false, "sampler", "DDIM, Euler");

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(-0.1, false)]
    [InlineData(1.1, false)]
    [InlineData(double.NaN, false)]
    public void Eta_and_rescale_go_from_zero_to_one(double value, bool accepted)
    {
        Check(Plain with { Eta = value }, accepted, "eta", "0", "1");
        Check(Plain with { GuidanceRescale = value }, accepted, "guidanceRescale", "0", "1");
    }

    [Fact]
    public void What_says_the_default_is_stored_as_what_says_nothing() =>
        RequestValidator.WithDefaults(Plain with { Schedule = "Automatic", Eta = 0, GuidanceRescale = 0 }, Model, 42)
            .ShouldBe(RequestValidator.WithDefaults(Plain, Model, 42));

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
        var filled = RequestValidator.WithDefaults(Plain with { Sampler = "euler", Steps = 7, Eta = 0.5 }, Model, 42);
        filled.ShouldBe(Plain with { Seed = 42, Steps = 7, Guidance = 2, Width = 512, Height = 448, Sampler = "Euler", Eta = 0.5 });
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
