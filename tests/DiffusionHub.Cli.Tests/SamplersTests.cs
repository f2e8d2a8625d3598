using System.Text.Json;
using Xunit;

namespace DiffusionHub.Cli.Tests;

public sealed class SamplersTests : IDisposable
{
    private readonly Hub hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task The_page_has_the_table_that_the_code_writes()
    {
        var page = await File.ReadAllTextAsync(Repository.At("docs", "samplers.md"));
        Between(page, "samplers").ShouldBe((await hub.RunAsync("samplers", "--markdown")).Output.Trim(), "./hub samplers --markdown writes it");
    }

    [Fact]
    public async Task The_page_shows_a_strip_of_every_sampler_of_the_built_in_model()
    {
        var page = await File.ReadAllTextAsync(Repository.At("docs", "samplers.md"));
        using var models = JsonDocument.Parse((await hub.RunAsync("models", "list", "--json")).Output);
        string[] samplers = [.. models.RootElement[0].GetProperty("samplers").EnumerateArray().Select(s => s.GetString()!)];
        samplers.Length.ShouldBeGreaterThan(20);
        var strips = Between(page, "strips");
        foreach (var sampler in samplers)
        {
            strips.ShouldContain($"| {sampler} |");
        }

        foreach (var strip in strips.Split('(').Skip(1).Select(part => part[..part.IndexOf(')', StringComparison.Ordinal)]))
        {
            File.Exists(Repository.At("docs", strip)).ShouldBeTrue(strip);
        }
    }

    [Fact]
    public async Task A_strip_has_one_picture_a_step_count()
    {
        var run = await hub.RunAsync("samplers", "--grid", hub.At("strips"), "--steps", "1", "3");
        run.Code.ShouldBe(0, run.Error);
        var strip = await File.ReadAllBytesAsync(hub.At("strips/dpmpp-2m-sde.webp"));
        // A lossy WebP holds width and height as 14 bits each behind its start code.
        var size = strip.AsSpan(strip.AsSpan().IndexOf<byte>([0x9D, 0x01, 0x2A]) + 3);
        (BitConverter.ToUInt16(size) & 0x3FFF, BitConverter.ToUInt16(size[2..]) & 0x3FFF).ShouldBe((256, 128));
    }

    [Fact]
    public async Task Samplers_and_schedules_come_as_json()
    {
        using var json = JsonDocument.Parse((await hub.RunAsync("samplers", "--json")).Output);
        json.RootElement.GetProperty("schedules").EnumerateArray().Select(s => s.GetString()).ShouldContain("Karras");
        json.RootElement.GetProperty("samplers").EnumerateArray().Select(s => s.GetProperty("name").GetString()).ShouldContain("UniPC");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    public async Task Step_counts_out_of_their_limits_are_refused(string steps)
    {
        var run = await hub.RunAsync("samplers", "--grid", hub.At("strips"), "--steps", steps);
        run.Code.ShouldBe(2);
        run.Error.ShouldContain("--steps");
        Directory.Exists(hub.At("strips")).ShouldBeFalse();
    }

    private static string Between(string page, string name)
    {
        var start = page.IndexOf($"<!-- {name} -->", StringComparison.Ordinal) + $"<!-- {name} -->".Length;
        return page[start..page.IndexOf($"<!-- /{name} -->", StringComparison.Ordinal)].Trim();
    }
}
