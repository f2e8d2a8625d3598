using System.Text.Json.Nodes;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Catalogue;

public sealed class ForeignCardTests : CatalogueTest
{
    [Fact]
    public void Texts_of_a_file_are_stored_without_control_characters()
    {
        var path = ModelFiles.Lora(At("brush.safetensors"));
        ModelFiles.ChangeHeader(path, header => header["__metadata__"] = new JsonObject
        {
            ["modelspec.title"] = "a\0b", ["modelspec.license"] = "MIT\u001b[2J", ["modelspec.author"] = "\0", ["modelspec.trigger_phrase"] = "ink\0, br\nush",
        });
        Import(path);
        var asset = Item("brush").Asset.ShouldNotBeNull();
        asset.Title.ShouldBe("a b");
        asset.Licence.ShouldBe("MIT [2J");
        asset.TriggerWords.ShouldBe(["ink", "br ush"]);
    }

    [Fact]
    public void Texts_of_a_card_are_read_without_control_characters()
    {
        Import(ModelFiles.Lora(At("brush.safetensors")));
        Change("brush", card => (card["title"], card["triggerWords"], card["licence"], card["hashes"]) =
            ("a\0b", new JsonArray("i\0nk"), "M\0IT", new JsonObject { ["brush.safetensors"] = "0\01" }));
        var asset = Item("brush").Asset.ShouldNotBeNull();
        (asset.Title, asset.TriggerWords[0], asset.Licence, asset.Hash).ShouldBe(("a b", "i nk", "M IT", "0 1"));
    }

    [Fact]
    public void A_fault_quotes_no_control_characters()
    {
        Import(ModelFiles.Lora(At("brush.safetensors")));
        Change("brush", card => card["kind"] = "lo\0ra");
        Item("brush").Fault.ShouldNotBeNull().ShouldNotContain('\0');
        (Item("brush") with { Fault = "tensor a\0b\ud800c is missing" }).Fault.ShouldBe("tensor a bc is missing");
    }

    [Theory]
    [InlineData("""{"kind":"lora","source":"../../brush.safetensors","weight":1e999}""", "weight")]
    [InlineData("""{"kind":"lora","source":"../../brush.safetensors","defaults":{"guidance":-1e999}}""", "defaults.guidance")]
    [InlineData("""{"kind":"lora","source":"../../brush.safetensors","testMilliseconds":1e999}""", "testMilliseconds")]
    [InlineData("""{"source":"a\u0000b"}""", "source")]
    [InlineData("""{"source":""}""", "source")]
    [InlineData("""{"limits":{"minSide":512,"maxSide":256}}""", "limits.maxSide")]
    [InlineData("""{"limits":{"minSide":-64}}""", "limits.minSide")]
    [InlineData("""{"limits":{"maxSide":0}}""", "limits.maxSide")]
    [InlineData("""{"limits":{"steps":-1}}""", "limits.steps")]
    [InlineData("""{"defaults":{"steps":-1}}""", "defaults.steps")]
    [InlineData("""{"defaults":{"steps":30},"limits":{"steps":20}}""", "defaults.steps")]
    [InlineData("""{"defaults":{"sampler":"Eulr"}}""", "defaults.sampler")]
    [InlineData("""{"preview":[null,[1],[1]]}""", "preview")]
    [InlineData("""{"preview":[[1e999],[1],[1]]}""", "preview")]
    [InlineData("""{"triggerWords":[null]}""", "triggerWords")]
    [InlineData("""{"hashes":{"a":null}}""", "hashes")]
    [InlineData("""{"memoryBytes":-1}""", "memoryBytes")]
    public void A_card_with_what_cannot_be_is_broken_and_its_fault_names_the_member(string card, string member)
    {
        ModelFiles.Lora(At("brush.safetensors"));
        Write("esc", card);
        var fault = Item("esc").Fault.ShouldNotBeNull();
        fault.ShouldContain("model.json");
        fault.ShouldContain($"“{member}”");
    }

    [Theory]
    [InlineData("limits", "minSide", 1 << 20)]
    [InlineData("defaults", "steps", 100_000)]
    public void A_card_that_contradicts_what_its_model_has_is_broken(string group, string member, int value)
    {
        ModelFiles.Another(Path.Combine(ModelsFolder, "mine"));
        Write("mine", new JsonObject { [group] = new JsonObject { [member] = value } }.ToJsonString());
        var fault = Item("mine").Fault.ShouldNotBeNull();
        fault.ShouldContain("model.json");
        fault.ShouldContain($"“{group}.{member}”");
    }

    [Theory]
    [InlineData("""{"source":"."}""", """{}""")]
    [InlineData("""{"source":"../two"}""", """{"source":"../one"}""")]
    public void Cards_that_point_to_themselves_or_to_each_other_are_refused(string one, string two)
    {
        foreach (var (name, card) in new[] { ("one", one), ("two", two) })
        {
            Directory.CreateDirectory(At(name));
            File.WriteAllText(At(name + "/model.json"), card);
        }

        Should.Throw<ModelFolderException>(() => Import(At("one"))).Message.ShouldContain("model_index.json");
    }

    private void Change(string entry, Action<JsonObject> change)
    {
        var path = Path.Combine(ModelsFolder, entry, "model.json");
        var card = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(card);
        File.WriteAllText(path, card.ToJsonString());
    }

    private void Write(string entry, string card)
    {
        Directory.CreateDirectory(Path.Combine(ModelsFolder, entry));
        File.WriteAllText(Path.Combine(ModelsFolder, entry, "model.json"), card);
    }
}
