using System.Text.Json;
using Xunit;

namespace DiffusionHub.Cli.Tests;

public sealed class EvaluateTests : IDisposable
{
    private readonly Hub hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task A_model_is_measured_and_files_say_so()
    {
        var folder = EvaluatorFiles.New(hub.At("measure"));
        var run = await hub.RunAsync("models", "evaluate", "sprout", "--with", folder, "--steps", "1", "--guidance", "1", "--count", "3", "--seed", "5", "--out", hub.At("out"), "--json");
        run.Code.ShouldBe(0, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        var report = json.RootElement;
        (report.GetProperty("model").GetString(), report.GetProperty("steps").GetInt32(), report.GetProperty("seed").GetInt64(), report.GetProperty("pictures").GetInt32()).ShouldBe(("sprout", 1, 5L, 3));
        report.GetProperty("frechetDistance").GetDouble().ShouldBeGreaterThan(0);
        report.GetProperty("retrieval").GetProperty("captions").GetInt32().ShouldBe(3);
        report.GetProperty("notes")[0].GetString()!.ShouldContain("3 pictures are too few");
        (await File.ReadAllTextAsync(hub.At("out/report.json"))).ShouldBe(run.Output.TrimEnd());
        // Three prompts in a row of eight: PNG keeps width and height behind its first chunk's name.
        hub.Bytes("out/grid.png")[16..24].ShouldBe([0, 0, 4, 0, 0, 0, 0, 128]);
        (await File.ReadAllLinesAsync(hub.At("out/nearest.md"))).Length.ShouldBe(5);
        File.Exists(hub.At("out/nearest-3.png")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_model_without_an_evaluator_is_told_where_to_look()
    {
        ModelFiles.Another(hub.At("data/models/bare"));
        var run = await hub.RunAsync("models", "evaluate", "bare");
        run.Code.ShouldBe(2);
        run.Error.ShouldContain("--with");
        run.Error.ShouldContain(hub.At("data/models/bare/evaluation"));
    }

    [Theory]
    [InlineData("sprot", "--count", "3", "sprout")]
    [InlineData("sprout", "--count", "1", "2 to 10000")]
    [InlineData("sprout", "--count", "10001", "2 to 10000")]
    [InlineData("sprout", "--steps", "0", "steps")]
    [InlineData("sprout", "--sampler", "Eular", "sampler")]
    [InlineData("sprout", "--seed", "4294967295", "--seed")]
    [InlineData("sprout", "--with", "nowhere", "nowhere")]
    public async Task What_cannot_be_is_refused(string model, string option, string value, string says)
    {
        var run = await hub.RunAsync("models", "evaluate", model, option, value);
        run.Code.ShouldBe(2, run.Error);
        run.Error.ShouldContain(says);
    }

    [Fact]
    public async Task A_broken_evaluator_is_named()
    {
        var folder = EvaluatorFiles.New(hub.At("measure"));
        File.Delete(Path.Combine(folder, "captions.txt"));
        var run = await hub.RunAsync("models", "evaluate", "sprout", "--with", folder);
        run.Code.ShouldBe(1);
        run.Error.ShouldContain("captions.txt");
    }
}
