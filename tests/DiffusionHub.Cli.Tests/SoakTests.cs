using System.Text.Json;
using Xunit;

namespace DiffusionHub.Cli.Tests;

public sealed class SoakTests : IDisposable
{
    private readonly Hub hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task Queue_loses_and_doubles_nothing_under_faults()
    {
        var run = await hub.RunAsync("soak", "queue", "--jobs", "500", "--kills", "4", "--freezes", "2", "--crashes", "1", "--seed", "7", "--json");
        TestContext.Current.TestOutputHelper!.WriteLine(run.Error + run.Output);
        using var result = JsonDocument.Parse(run.Output);
        result.RootElement.GetProperty("invariants").EnumerateArray().Where(i => i.GetProperty("violations").GetInt64() > 0)
            .Select(i => i.GetProperty("name").GetString()).ShouldBeEmpty(run.Error + run.Output);
        result.RootElement.GetProperty("accepted").GetInt64().ShouldBe(500);
        result.RootElement.GetProperty("fencedFinishes").GetInt32().ShouldBeGreaterThan(0);
        run.Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("--jobs", "0")]
    [InlineData("--workers", "2")]
    [InlineData("--kills", "-1")]
    public async Task Numbers_that_make_no_sense_are_wrong_usage(string option, string value)
    {
        var run = await hub.RunAsync("soak", "queue", option, value);
        run.Code.ShouldBe(2);
        run.Error.ShouldContain($"{option} is {value}");
    }
}
