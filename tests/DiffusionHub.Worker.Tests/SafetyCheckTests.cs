using DiffusionHub.Data.Settings;
using DiffusionHub.Pipelines;
using DiffusionHub.Worker.Jobs;
using DiffusionHub.Worker.Safety;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace DiffusionHub.Worker.Tests;

public sealed class SafetyCheckTests : IDisposable
{
    private readonly WorkerState _state = new(NullLogger.Instance);

    public void Dispose() => _state.Dispose();

    [Theory]
    [InlineData("blur", "blurred")]
    [InlineData("hold", "held")]
    public async Task What_is_unwanted_does_not_stand_as_fine(string action, string standing)
    {
        using var check = await ReadyAsync(Settings(action));
        var verdict = check.Judge(Plain(0.9f, 0.1f, 0.1f));
        verdict.Standing.ShouldBe(standing);
        verdict.Reason.ShouldNotBeNull().ShouldStartWith("The safety model sees “red” in it (");
        verdict.Cost.ShouldBeGreaterThan(TimeSpan.Zero);
        var fine = check.Judge(Plain(0.1f, 0.1f, 0.9f));
        (fine.Standing, fine.Reason).ShouldBe(("fine", null));
    }

    [Fact]
    public async Task What_is_refused_names_the_rule()
    {
        using var check = await ReadyAsync(Settings("refuse"));
        Should.Throw<PoisonJobException>(() => check.Judge(Plain(0.9f, 0.1f, 0.1f))).Message.ShouldContain("do not allow “red”");
        check.Judge(Plain(0.1f, 0.1f, 0.9f)).Standing.ShouldBe("fine");
    }

    [Fact]
    public async Task Probabilities_of_all_that_is_unwanted_add_up()
    {
        using var check = await ReadyAsync(Settings("hold") with { SafetyThreshold = 0.999, SafetyLabels = ["red", "orange", "yellow", "green", "blue", "purple", "white", "Black"] });
        check.Judge(Plain(0.5f, 0.4f, 0.3f)).Standing.ShouldBe("held");
    }

    [Fact]
    public async Task Nobody_looks_where_it_is_off()
    {
        using var check = await ReadyAsync(Settings("off") with { SafetyModel = "" });
        (check.IsOn, check.Identity).ShouldBe((false, ""));
        check.Judge(Plain(0.9f, 0.1f, 0.1f)).Standing.ShouldBe("fine");
    }

    [Fact]
    public void Other_rules_are_another_identity()
    {
        var settings = Settings("hold");
        HubSettings[] all = [settings, settings with { SafetyAction = "blur" }, settings with { SafetyThreshold = 0.6 }, settings with { SafetyLabels = ["blue"] }, settings with { SafetyModel = "" }];
        all.Select(one => new SafetyCheck(one, _state).Identity).ShouldBeUnique();
    }

    [Theory]
    [InlineData("", "red", "safetyModel names no classifier")]
    [InlineData("/nowhere/at/all", "red", "The safety model cannot be used")]
    [InlineData(null, "", "safetyLabels names nothing")]
    [InlineData(null, "red,mauve", "safetyLabels names “mauve”")]
    public async Task Without_a_classifier_that_works_it_is_not_ready_and_judges_nothing(string? model, string labels, string problem)
    {
        var settings = Settings("hold") with { SafetyLabels = labels.Split(',', StringSplitOptions.RemoveEmptyEntries) };
        using var check = new SafetyCheck(model is null ? settings : settings with { SafetyModel = model }, _state);
        (await check.IsReadyAsync()).ShouldBeFalse();
        _state.Problem.ShouldNotBeNull().ShouldContain(problem);
        // At once again: nothing is read, and nothing said twice.
        (await check.IsReadyAsync()).ShouldBeFalse();
        Should.Throw<Inference.InferenceException>(() => check.Judge(Plain(0.1f, 0.1f, 0.9f)));
    }

    private async Task<SafetyCheck> ReadyAsync(HubSettings settings)
    {
        var check = new SafetyCheck(settings, _state);
        (await check.IsReadyAsync()).ShouldBeTrue(_state.Problem);
        return check;
    }

    private static HubSettings Settings(string action) => new() { DataFolder = "/nowhere", SafetyAction = action, SafetyModel = Colours(), SafetyLabels = ["red"] };

    private static string Colours()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "DiffusionHub.sln")))
        {
            at = at.Parent!;
        }

        return Path.Combine(at.FullName, "tests", "Shared", "models", "colours");
    }

    private static PictureBatch Plain(float red, float green, float blue) =>
        new([.. Enumerable.Range(0, 64 * 64).SelectMany(_ => new[] { red, green, blue })], 1, 64, 64, new RunTimings(default, default, default));
}
