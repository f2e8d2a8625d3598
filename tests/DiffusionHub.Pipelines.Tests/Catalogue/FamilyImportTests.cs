using DiffusionHub.Pipelines.Tests.Families;

namespace DiffusionHub.Pipelines.Tests.Catalogue;

/// <summary>Models that need a picture are tried with one.</summary>
public sealed class FamilyImportTests : CatalogueTest
{
    [Theory]
    [InlineData("depth", KnownTasks.DepthToImage)]
    [InlineData("upscaler", KnownTasks.Upscaling)]
    [InlineData("unclip", KnownTasks.ImageVariation)]
    public void A_model_of_another_family_is_tried_and_described(string name, string task)
    {
        using var models = new TestModels();
        var folder = name switch
        {
            "depth" => TinyFamilies.Depth(models),
            "upscaler" => TinyFamilies.Upscaler(models),
            _ => TinyFamilies.Unclip(models),
        };
        Import(folder).Name.ShouldBe(name);
        Item(name).ShouldSatisfyAllConditions(i => i.Model!.Tasks.ShouldBe([task]), i => i.Thumbnail.ShouldNotBeNull());
        Entries.Check(name, _ => { }, CancellationToken.None).ShouldBeEmpty();
    }
}
