using System.Text.Json;
using Xunit;

namespace DiffusionHub.Cli.Tests;

public sealed class CatalogueTests : IDisposable
{
    private readonly Hub hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task A_model_is_imported_used_checked_and_removed()
    {
        ModelFiles.Another(hub.At("mine"));
        var import = await hub.RunAsync("models", "import", "mine", "--licence", "CC0-1.0");
        import.ShouldSatisfyAllConditions(r => r.Code.ShouldBe(0, r.Error), r => r.Output.ShouldBe("Imported “mine” (model).\n"), r => r.Error.ShouldBeEmpty());
        (await hub.RunAsync("models", "import", "mine", "--name", "again")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(0), r => r.Output.ShouldContain("already, as “mine”"));
        (await hub.RunAsync("models", "show", "mine")).Output.ShouldSatisfyAllConditions(o => o.ShouldContain("CC0-1.0"), o => o.ShouldContain("vae/diffusion_pytorch_model.safetensors"));
        (await hub.RunAsync("generate", "red apple", "--model", "mine", "--steps", "1", "--out", hub.At("a.png"))).Code.ShouldBe(0);
        (await hub.RunAsync("models", "check", "mine")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(0, r.Error), r => r.Output.ShouldContain("mine is whole"));

        ModelFiles.Change(hub.At("data/models/mine/" + ModelFiles.Unet), bytes => bytes[^2] ^= 4);
        (await hub.RunAsync("models", "check", "mine")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(1), r => r.Error.ShouldContain("expected SHA-256"));
        (await hub.RunAsync("models", "remove", "mine")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(2), r => r.Error.ShouldContain("--yes"));
        (await hub.RunAsync("models", "remove", "mine", "--yes")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(0, r.Error), r => r.Output.ShouldContain("Removed “mine”"));
        Directory.EnumerateFileSystemEntries(hub.At("data/models")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_LoRA_is_imported_in_place_and_listed_with_what_it_fits()
    {
        ModelFiles.Lora(hub.At("brush.safetensors"));
        var import = await hub.RunAsync("models", "import", "brush.safetensors", "--in-place", "--json");
        using var json = JsonDocument.Parse(import.Output);
        json.RootElement.GetProperty("fits")[0].GetString().ShouldBe("StableDiffusion 1");
        json.RootElement.GetProperty("alreadyThere").GetBoolean().ShouldBeFalse();
        (await hub.RunAsync("models", "list")).Output.ShouldMatch("brush +lora +StableDiffusion 1");
        (await hub.RunAsync("models", "remove", "brush", "--yes")).Output.ShouldContain(hub.At("brush.safetensors"));
        File.Exists(hub.At("brush.safetensors")).ShouldBeTrue();
    }

    [Fact]
    public async Task What_cannot_be_imported_is_refused_with_the_reason_and_leaves_nothing_behind()
    {
        await File.WriteAllBytesAsync(hub.At("bad.safetensors"), [0x80, 2, .. new byte[30]]);
        (await hub.RunAsync("models", "import", "bad.safetensors")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(1), r => r.Error.ShouldContain("bad.safetensors"), r => r.Error.Trim().Split('\n').Length.ShouldBe(1));
        (await hub.RunAsync("models", "import", "nothing")).Code.ShouldBe(1);
        (await hub.RunAsync("models", "import", "bad.safetensors", "--move", "--in-place")).Code.ShouldBe(2);
        (await hub.RunAsync("models", "import", "bad.safetensors", "--prediction-type", "flow")).Code.ShouldBe(2);
        (Directory.Exists(hub.At("data/models")) ? Directory.GetFileSystemEntries(hub.At("data/models")) : []).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_built_in_model_stays_and_unknown_names_get_the_nearest()
    {
        (await hub.RunAsync("models", "remove", "sprout", "--yes")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(1), r => r.Error.ShouldContain("comes with the hub"));
        (await hub.RunAsync("models", "check", "sprot")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(2), r => r.Error.ShouldContain("Did you mean “sprout”?"));
    }

    [Fact]
    public async Task The_page_has_the_table_of_families_that_the_code_writes()
    {
        const string begin = "<!-- families -->";
        var page = await File.ReadAllTextAsync(Repository.At("docs", "models.md"));
        var start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        page[start..page.IndexOf("<!-- /families -->", StringComparison.Ordinal)].Trim()
            .ShouldBe((await hub.RunAsync("models", "families", "--markdown")).Output.Trim(), "./hub models families --markdown writes it");
    }
}
