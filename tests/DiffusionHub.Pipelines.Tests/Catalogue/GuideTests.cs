using System.Text.Json.Nodes;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Tests.Guides;

namespace DiffusionHub.Pipelines.Tests.Catalogue;

public sealed class GuideTests : CatalogueTest
{
    private readonly TestGuides guides = new();

    public static TheoryData<string> Kinds => [.. TestGuides.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_guide_is_imported_tried_listed_checked_and_removed(string kind)
    {
        using var own = guides;
        var result = Import(guides.New(kind));
        (result.Name, result.Kind).ShouldBe((kind, "guide"));
        var item = Item(kind);
        item.Fault.ShouldBeNull();
        item.Facts.ShouldContain(fact => fact.Key == "Guides by");
        var asset = item.Asset.ShouldNotBeNull();
        (asset.Kind, asset.Classes).ShouldBe(("guide", kind is "clip" or "aesthetic" ? 0 : 3));
        asset.ClassNames.ShouldBe(kind is "vit" or "resnet" ? ["tabby, tabby cat", "dog", "fox"] : []);
        asset.Bytes.ShouldBeGreaterThan(1000);
        Entries.Check(kind, _ => { }, CancellationToken.None).ShouldBeEmpty();
        Folders.FindAsset(ModelKinds.Guide, kind).Path.ShouldBe(Path.Combine(ModelsFolder, kind));
        Folders.Names.ShouldBeEmpty();
        Entries.Remove(kind).ShouldBeNull();
        Left.ShouldBeEmpty();
    }

    [Fact]
    public void Names_of_guides_are_offered_where_there_is_no_such_one()
    {
        using var own = guides;
        Import(guides.Vit());
        Should.Throw<UnknownModelException>(() => Folders.FindAsset(ModelKinds.Guide, "vitt")).Message.ShouldBe("There is no guide named “vitt”. Known: vit.");
        Item("vit").Facts.ShouldContain(fact => fact.Value == "3: tabby, tabby cat; dog; fox");
    }

    [Fact]
    public void A_guide_that_cannot_be_used_is_not_imported()
    {
        using var own = guides;
        var folder = guides.Vit();
        var config = Path.Combine(folder, "config.json");
        TestModels.Edit(config, (JsonNode json) => json["hidden_size"] = 36);
        Should.Throw<ModelFolderException>(() => Import(folder)).Message.ShouldContain("model.safetensors");
        TestModels.Edit(config, (JsonNode json) => json["architectures"] = new JsonArray("BeitForImageClassification"));
        Should.Throw<ModelFolderException>(() => Import(folder)).Message.ShouldContain("BeitForImageClassification");
        Left.ShouldBeEmpty();
    }
}
