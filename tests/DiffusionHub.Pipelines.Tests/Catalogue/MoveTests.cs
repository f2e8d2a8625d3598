using DiffusionHub.Pipelines.Catalogue;

namespace DiffusionHub.Pipelines.Tests.Catalogue;

public sealed class MoveTests : CatalogueTest
{
    private static readonly ImportOptions Moving = new() { Mode = ImportMode.Move };

    [Fact]
    public void A_file_on_the_same_disk_is_moved_and_not_copied()
    {
        var lora = ModelFiles.Lora(At("brush.safetensors"));
        using var open = new FileStream(lora, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        Import(lora, Moving).Notes.ShouldBeEmpty();
        File.Exists(lora).ShouldBeFalse();
        open.SetLength(open.Length + 1);
        new FileInfo(Path.Combine(ModelsFolder, "brush", "brush.safetensors")).Length.ShouldBe(open.Length, "it is the same file");
    }

    [Fact]
    public void What_a_link_leads_to_is_moved_and_the_link_goes()
    {
        var lora = ModelFiles.Lora(At("real.safetensors"));
        File.CreateSymbolicLink(At("brush.safetensors"), lora);
        var entry = Import(At("brush.safetensors"), Moving).Entry;
        new FileInfo(Path.Combine(entry, "brush.safetensors")).ShouldSatisfyAllConditions(f => f.LinkTarget.ShouldBeNull(), f => f.Length.ShouldBeGreaterThan(1000));
        File.Exists(lora).ShouldBeFalse();
        new FileInfo(At("brush.safetensors")).LinkTarget.ShouldBeNull();
    }

    [Fact]
    public void A_file_under_two_names_arrives_under_both()
    {
        var folder = ModelFiles.Another(At("one"));
        File.Move(Path.Combine(folder, "tokenizer", "vocab.json"), Path.Combine(folder, "words.json"));
        File.CreateSymbolicLink(Path.Combine(folder, "tokenizer", "vocab.json"), "../words.json");
        Import(folder, Moving);
        Directory.Exists(folder).ShouldBeFalse();
        Item("one").Fault.ShouldBeNull();
        File.Exists(Path.Combine(ModelsFolder, "one", "words.json")).ShouldBeTrue();
    }

    [Fact]
    public void What_the_hub_does_not_take_stays_where_it_was()
    {
        var folder = ModelFiles.Another(At("one"));
        File.WriteAllText(Path.Combine(folder, ".gitattributes"), "mine");
        Import(folder, Moving);
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ShouldBe([Path.Combine(folder, ".gitattributes")]);
    }

    [Fact]
    public void A_file_on_another_disk_is_copied_and_removed()
    {
        const string other = "/dev/shm";
        Assert.SkipUnless(Directory.Exists(other), "There is no other file system.");
        var lora = ModelFiles.Lora(Path.Combine(other, $"hub-{Guid.NewGuid():N}.safetensors"));
        Import(lora, Moving with { Name = "brush" });
        File.Exists(lora).ShouldBeFalse();
        Item("brush").Fault.ShouldBeNull();
    }

    [Fact]
    public void A_file_that_cannot_be_removed_after_the_import_is_a_note()
    {
        // A folder with something in it cannot be removed as a file is: it stands for whatever cannot.
        var lora = ModelFiles.Lora(At("real.safetensors"));
        Directory.CreateDirectory(At("linked"));
        File.CreateSymbolicLink(At("linked/brush.safetensors"), lora);
        using var staging = new Staging(ModelsFolder, moves: true);
        staging.Move([new EntryFile(At("linked/brush.safetensors"), "brush.safetensors")], _ => { }, CancellationToken.None);
        File.Delete(At("linked/brush.safetensors"));
        Directory.Delete(At("linked"));
        File.WriteAllText(At("linked"), "no folder");
        staging.Finish(Path.Combine(ModelsFolder, "brush")).ShouldHaveSingleItem().Path.ShouldBe(At("linked/brush.safetensors"));
        File.Exists(Path.Combine(ModelsFolder, "brush", "brush.safetensors")).ShouldBeTrue();
    }
}
