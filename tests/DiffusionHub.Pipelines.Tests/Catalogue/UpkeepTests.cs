using DiffusionHub.Pipelines.Catalogue;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Catalogue;

public sealed class UpkeepTests : CatalogueTest
{
    [Fact]
    public void A_check_finds_a_changed_bit_and_a_lost_file()
    {
        Import(ModelFiles.Another(At("one")));
        var weights = Path.Combine(ModelsFolder, "one", ModelFiles.Unet);
        ModelFiles.Change(weights, bytes => bytes[^2] ^= 4);
        Check("one").ShouldHaveSingleItem().ShouldContain(ModelFiles.Unet);
        File.Delete(weights);
        Check("one").ShouldContain(fault => fault.Contains("is gone", StringComparison.Ordinal));
        Item("one").Fault.ShouldNotBeNull().ShouldContain(ModelFiles.Unet);
    }

    [Fact]
    public void A_file_that_was_replaced_after_the_import_is_told_of_and_settled_by_a_check_when_it_is_the_same()
    {
        var folder = ModelFiles.Another(At("one"));
        Import(folder, new ImportOptions { Mode = ImportMode.InPlace });
        var newcomers = new Newcomers(Folders, ModelsFolder);
        var (before, signature, weights) = (Item("one"), newcomers.Signature(), Path.Combine(folder, ModelFiles.Unet));
        var stamp = before.Source!.Stamp;
        before.Notice.ShouldBeNull();

        ModelFiles.Change(weights, bytes => bytes[^2] ^= 4);
        File.SetLastWriteTimeUtc(weights, DateTime.UtcNow.AddMinutes(1));
        var after = Item("one");
        after.Notice.ShouldBe($"{ModelFiles.Unet} changed since import; run “hub models check one”.");
        after.Model!.Hash.ShouldNotBe(before.Model!.Hash, "that of what is there");
        after.Hashes.Keys.ShouldNotContain(ModelFiles.Unet);
        after.Source!.Stamp.ShouldNotBe(stamp, "a worker loads it again");
        newcomers.Signature().ShouldNotBe(signature);
        Check("one").ShouldHaveSingleItem().ShouldContain(ModelFiles.Unet);
        Item("one").Notice.ShouldNotBeNull();

        ModelFiles.Change(weights, bytes => bytes[^2] ^= 4);
        Check("one").ShouldBeEmpty();
        Item("one").ShouldSatisfyAllConditions(i => i.Notice.ShouldBeNull(), i => i.Model!.Hash.ShouldBe(before.Model.Hash));
    }

    [Fact]
    public void A_replaced_LoRA_has_no_hash_until_it_is_checked()
    {
        Import(ModelFiles.Lora(At("brush.safetensors")));
        File.SetLastWriteTimeUtc(Path.Combine(ModelsFolder, "brush", "brush.safetensors"), DateTime.UtcNow.AddMinutes(1));
        Item("brush").ShouldSatisfyAllConditions(i => i.Asset!.Hash.ShouldBeNull(), i => i.Notice.ShouldNotBeNull());
        Check("brush").ShouldBeEmpty();
        Item("brush").Asset!.Hash.ShouldNotBeNull();
    }

    [Fact]
    public void A_broken_card_is_listed_and_can_be_removed()
    {
        Import(ModelFiles.Lora(At("brush.safetensors")));
        File.WriteAllText(Path.Combine(ModelsFolder, "brush", "model.json"), "{");
        Item("brush").Fault.ShouldNotBeNull().ShouldContain("model.json");
        Entries.Remove("brush").ShouldBeNull();
        Left.ShouldBeEmpty();
    }

    [Fact]
    public void A_hash_is_read_again_only_when_the_file_changed()
    {
        File.WriteAllText(At("file"), "one");
        var first = Folders.Hashes.Sha256(At("file"));
        var changed = File.GetLastWriteTimeUtc(At("file"));
        File.WriteAllText(At("file"), "two");
        File.SetLastWriteTimeUtc(At("file"), changed);
        Folders.Hashes.Sha256(At("file")).ShouldBe(first, "remembered");
        File.SetLastWriteTimeUtc(At("file"), changed.AddSeconds(1));
        Folders.Hashes.Sha256(At("file")).ShouldNotBe(first);
    }

    [Fact]
    public void A_file_that_somebody_puts_there_is_adopted_once_it_has_stopped_growing_and_its_entry_goes_with_it()
    {
        Directory.CreateDirectory(ModelsFolder);
        var newcomers = new Newcomers(Folders, ModelsFolder);
        var path = Path.Combine(ModelsFolder, "brush.safetensors");
        var whole = File.ReadAllBytes(ModelFiles.Lora(At("whole.safetensors")));
        File.WriteAllBytes(path, whole[..100]);
        Look(newcomers).ShouldBe(("", true));
        File.WriteAllBytes(path, whole);
        Look(newcomers).ShouldBe(("", true), "it has grown");
        Look(newcomers).ShouldBe((path, false));
        newcomers.Adopt(path, work => work(), CancellationToken.None).ShouldBeTrue();
        Folders.FindAsset(ModelKinds.Lora, "brush").Path.ShouldBe(path);
        Look(newcomers).ShouldBe(("", false));

        File.Delete(path);
        newcomers.RemoveOrphans();
        Left.ShouldBeEmpty();
    }

    [Fact]
    public void What_cannot_be_adopted_is_listed_and_left_alone_until_it_changes()
    {
        Directory.CreateDirectory(ModelsFolder);
        var newcomers = new Newcomers(Folders, ModelsFolder);
        var path = Path.Combine(ModelsFolder, "brush.safetensors");
        File.WriteAllBytes(path, File.ReadAllBytes(ModelFiles.Lora(At("whole.safetensors")))[..1000]);
        Look(newcomers);
        Look(newcomers);
        newcomers.Adopt(path, work => work(), CancellationToken.None);
        newcomers.Inventory().ShouldHaveSingleItem().Fault.ShouldNotBeNull().ShouldContain("not whole");
        Look(newcomers).ShouldBe(("", false));
        File.Copy(At("whole.safetensors"), path, overwrite: true);
        Look(newcomers);
        Look(newcomers).Ready.ShouldBe(path);
        newcomers.Adopt(path, work => work(), CancellationToken.None);
        newcomers.Inventory().ShouldHaveSingleItem().Fault.ShouldBeNull();
    }

    [Fact]
    public void A_folder_that_somebody_puts_there_gets_its_card()
    {
        var folder = ModelFiles.Another(Path.Combine(ModelsFolder, "mine"));
        var newcomers = new Newcomers(Folders, ModelsFolder);
        Look(newcomers);
        newcomers.Adopt(Look(newcomers).Ready, work => work(), CancellationToken.None);
        File.Exists(Path.Combine(folder, "thumbnail.webp")).ShouldBeTrue();
        Item("mine").ShouldSatisfyAllConditions(i => i.Fault.ShouldBeNull(), i => i.Hashes.Count.ShouldBe(3));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(""","adopted":true""", false)]
    public void Removing_an_entry_deletes_the_file_beside_it_only_where_it_was_adopted(string adopted, bool stays)
    {
        Directory.CreateDirectory(Path.Combine(ModelsFolder, "mine"));
        var path = ModelFiles.Lora(Path.Combine(ModelsFolder, "brush.safetensors"));
        File.WriteAllText(Path.Combine(ModelsFolder, "mine", "model.json"), $$"""{"kind":"lora","source":"../brush.safetensors"{{adopted}}}""");
        Entries.Remove("mine").ShouldBe(stays ? path : null);
        File.Exists(path).ShouldBe(stays);
    }

    [Fact]
    public void Removing_an_entry_leaves_another_that_its_card_points_to()
    {
        Import(ModelFiles.Lora(At("brush.safetensors")));
        Directory.CreateDirectory(Path.Combine(ModelsFolder, "mine"));
        File.WriteAllText(Path.Combine(ModelsFolder, "mine", "model.json"), """{"kind":"lora","source":"../brush","adopted":true}""");
        Entries.Remove("mine").ShouldBe(Path.Combine(ModelsFolder, "brush"));
        Left.ShouldBe(["brush"]);
    }

    private IReadOnlyList<string> Check(string name) => Entries.Check(name, _ => { }, CancellationToken.None);

    private static (string Ready, bool Waiting) Look(Newcomers newcomers)
    {
        var (ready, waiting) = newcomers.Look();
        return (string.Join(';', ready), waiting);
    }
}
