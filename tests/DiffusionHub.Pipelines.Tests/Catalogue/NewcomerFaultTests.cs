using DiffusionHub.Pipelines.Catalogue;

namespace DiffusionHub.Pipelines.Tests.Catalogue;

public sealed class NewcomerFaultTests : CatalogueTest
{
    private readonly Newcomers newcomers;

    public NewcomerFaultTests()
    {
        Directory.CreateDirectory(ModelsFolder);
        newcomers = new Newcomers(Folders, ModelsFolder);
    }

    [Fact]
    public void A_card_with_an_impossible_path_is_listed_and_does_not_stop_the_others()
    {
        Directory.CreateDirectory(Path.Combine(ModelsFolder, "esc"));
        File.WriteAllText(Path.Combine(ModelsFolder, "esc", "model.json"), """{"source":"a\u0000b"}""");
        var brush = ModelFiles.Lora(Path.Combine(ModelsFolder, "brush.safetensors"));
        newcomers.RemoveOrphans();
        newcomers.Look();
        newcomers.Look().Ready.ShouldBe([brush]);
        newcomers.Adopt(brush, work => work(), CancellationToken.None).ShouldBeTrue();
        newcomers.Inventory().Select(item => (item.Name, item.Fault is null)).ShouldBe([("esc", false), ("brush", true)]);
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_listed_and_does_not_stop_the_others()
    {
        // Around and around until the path is longer than the system takes: unlike a forbidden folder, this stops an administrator too.
        var deep = Directory.CreateDirectory(Path.Combine(ModelsFolder, "deep", new string('d', 250)));
        Directory.CreateSymbolicLink(Path.Combine(deep.FullName, "up"), Path.Combine("..", "..", "deep"));
        var brush = ModelFiles.Lora(Path.Combine(ModelsFolder, "brush.safetensors"));
        newcomers.Look();
        newcomers.Look().Ready.ShouldBe([brush]);
        newcomers.Inventory().Single(item => item.Name == "deep").Fault.ShouldNotBeNull().ShouldContain("cannot be read");
        Directory.Delete(Path.Combine(ModelsFolder, "deep"), recursive: true);
        newcomers.Look();
        newcomers.Inventory().ShouldBeEmpty();
    }

    [Fact]
    public void Where_another_adopts_it_is_tried_again()
    {
        var brush = Ready();
        using (new FileStream(Lock, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None))
        {
            newcomers.Adopt(brush, work => work(), CancellationToken.None).ShouldBeFalse();
            newcomers.Inventory().ShouldBeEmpty();
        }
    }

    [Fact]
    public void Where_the_folder_cannot_be_written_the_newcomer_is_listed()
    {
        var brush = Ready();
        File.CreateSymbolicLink(Lock, At("no/such/folder"));
        newcomers.Adopt(brush, work => work(), CancellationToken.None).ShouldBeTrue();
        newcomers.Inventory().ShouldHaveSingleItem().Fault.ShouldNotBeNull().ShouldContain("cannot be read or written");
    }

    private string Lock => Path.Combine(ModelsFolder, ".adopting");

    private string Ready()
    {
        var brush = ModelFiles.Lora(Path.Combine(ModelsFolder, "brush.safetensors"));
        newcomers.Look();
        newcomers.Look().Ready.ShouldBe([brush]);
        return brush;
    }
}
