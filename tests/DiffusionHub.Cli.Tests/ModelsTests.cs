using System.Text.Json;
using Xunit;

namespace DiffusionHub.Cli.Tests;

public sealed class ModelsTests : IDisposable
{
    private readonly Hub hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task The_built_in_model_is_listed()
    {
        var text = await hub.RunAsync("models", "list");
        text.ShouldSatisfyAllConditions(r => r.Code.ShouldBe(0, r.Error), r => r.Output.ShouldContain("sprout"));
        using var json = JsonDocument.Parse((await hub.RunAsync("models", "list", "--json")).Output);
        json.RootElement[0].GetProperty("defaultWidth").GetInt32().ShouldBe(128);
    }

    [Fact]
    public async Task A_faulty_model_does_not_hide_the_others()
    {
        Directory.CreateDirectory(hub.At("data/models/odd"));
        await File.WriteAllTextAsync(hub.At("data/models/odd/model_index.json"), "{}");
        var run = await hub.RunAsync("models", "list");
        run.Code.ShouldBe(1);
        run.Output.ShouldContain("sprout");
        run.Output.ShouldMatch(@"odd +model +broken: .*model_index\.json");
        using var json = JsonDocument.Parse((await hub.RunAsync("models", "list", "--json")).Output);
        json.RootElement.EnumerateArray().Single(e => e.GetProperty("name").GetString() == "odd").GetProperty("fault").GetString().ShouldNotBeNull();
        (await hub.RunAsync("models", "show", "odd")).Code.ShouldBe(1);
    }

    [Fact]
    public async Task One_model_shows_its_hash_and_licence()
    {
        var run = await hub.RunAsync("models", "show", "sprout");
        run.Output.ShouldContain(ModelFiles.SproutHash[..16]);
        run.Output.ShouldContain("Noto Emoji");
        (await hub.RunAsync("models", "show", "sprot")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(2), r => r.Error.ShouldContain("Did you mean “sprout”?"));
    }
}
