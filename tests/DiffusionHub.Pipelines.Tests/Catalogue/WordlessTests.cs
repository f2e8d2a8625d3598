using DiffusionHub.Pipelines.Tests.Wordless;

namespace DiffusionHub.Pipelines.Tests.Catalogue;

/// <summary>Models without text in the catalogue: tried with what they need.</summary>
public sealed class WordlessTests : CatalogueTest
{
    [Fact]
    public void What_needs_a_class_a_picture_or_a_map_is_given_one()
    {
        foreach (var (name, write) in new Dictionary<string, Func<string, FormulaFolder>> { ["classes"] = FormulaFolder.Classes, ["enlarging"] = FormulaFolder.Enlarging, ["semantic"] = FormulaFolder.Semantic })
        {
            Import(write(At(name)).Path);
            Item(name).Fault.ShouldBeNull();
            Item(name).Thumbnail.ShouldNotBeNull();
            Entries.Check(name, _ => { }, CancellationToken.None).ShouldBeEmpty();
        }
    }
}
