using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DiffusionHub.Inference.Graphs.ControlNet;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Pipelines.Catalogue;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Catalogue;

public sealed class ImportTests : CatalogueTest
{
    [Fact]
    public void A_models_folder_gets_a_card_with_what_was_found_and_a_thumbnail()
    {
        var folder = ModelFiles.Another(At("my model"));
        File.WriteAllText(Path.Combine(folder, "README.md"), "---\nlanguage: en\nlicense: \"apache-2.0\"\n---\n# Mine\n");
        var stages = new List<ImportStage>();
        var result = Import(folder, progress: p => stages.Add(p.Stage));
        (result.Name, result.Kind, result.AlreadyThere).ShouldBe(("my model", "model", false));
        stages.Distinct().ShouldBe([ImportStage.Hashing, ImportStage.Checking, ImportStage.Testing, ImportStage.Copying]);
        var card = JsonNode.Parse(File.ReadAllBytes(Path.Combine(result.Entry, "model.json")))!;
        card.ShouldSatisfyAllConditions(
            c => c["family"]!.GetValue<string>().ShouldBe("StableDiffusion"),
            c => c["licence"]!.GetValue<string>().ShouldBe("apache-2.0"),
            c => c["hashes"]![ModelFiles.Unet]!.GetValue<string>().ShouldBe(Sha256(Path.Combine(folder, ModelFiles.Unet))),
            c => c["hashes"]!.AsObject().Count.ShouldBe(3),
            c => c["memoryBytes"]!.GetValue<long>().ShouldBeGreaterThan(35_000_000),
            c => c["testMilliseconds"]!.GetValue<double>().ShouldBeGreaterThan(0));
        File.ReadAllBytes(Item("my model").Thumbnail.ShouldNotBeNull()).AsSpan(8, 4).ToArray().ShouldBe("WEBP"u8.ToArray());
        Item("my model").Model!.Hash.ShouldBe(Sha256(Path.Combine(folder, ModelFiles.Unet)));
        Entries.Check("my model", _ => { }, CancellationToken.None).ShouldBeEmpty();
        Left.ShouldBe(["my model"]);
    }

    [Fact]
    public void Test_run_fits_a_preview_unless_the_card_states_one()
    {
        var card = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Import(ModelFiles.Another(At("plain"))).Entry, "model.json")))!;
        card["preview"]!.AsArray().Select(row => row!.AsArray().Count).ShouldBe([9, 9, 9]);
        card["previewFitted"]!.GetValue<bool>().ShouldBeTrue();

        const string stated = "[[1,0,0,0,0,0,0,0,0],[0,1,0,0,0,0,0,0,0],[0,0,1,0,0,0,0,0,0]]";
        var folder = ModelFiles.Another(At("stated"), bit: 2);
        File.WriteAllText(Path.Combine(folder, "model.json"), $$"""{"preview":{{stated}}}""");
        card = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Import(folder).Entry, "model.json")))!;
        card["preview"]!.ToJsonString().ShouldBe(stated);
        card["previewFitted"].ShouldBeNull();
    }

    [Fact]
    public void The_same_weights_are_not_imported_twice_and_a_taken_name_is_refused_with_a_free_one()
    {
        Import(ModelFiles.Another(At("one")));
        Import(At("one"), new ImportOptions { Name = "two" }).ShouldSatisfyAllConditions(r => r.AlreadyThere.ShouldBeTrue(), r => r.Name.ShouldBe("one"));
        ModelFiles.Another(At("other"), bit: 2);
        Refused(At("other"), new ImportOptions { Name = "One" }).ShouldContain("“One-2” is free");
        Left.ShouldBe(["one"]);
    }

    [Fact]
    public void Moved_files_are_gone_where_they_were_and_those_in_place_stay_there()
    {
        Import(ModelFiles.Another(At("moved")), new ImportOptions { Mode = ImportMode.Move });
        Directory.Exists(At("moved")).ShouldBeFalse();
        Item("moved").Model.ShouldNotBeNull();

        var lora = ModelFiles.Lora(At("brush.safetensors"));
        Import(lora, new ImportOptions { Mode = ImportMode.InPlace });
        Folders.FindAsset(ModelKinds.Lora, "brush").Path.ShouldBe(lora);
        Entries.Remove("brush").ShouldBe(lora);
        File.Exists(lora).ShouldBeTrue();
        Left.ShouldBe(["moved"]);
    }

    [Fact]
    public void A_LoRA_says_what_it_fits_and_what_its_maker_wrote()
    {
        Import(ModelFiles.Lora(At("brush.safetensors")));
        Item("brush").Asset!.ShouldSatisfyAllConditions(
            a => a.Kind.ShouldBe("lora"),
            a => a.Fits.ShouldBe(["StableDiffusion 1"]),
            a => (a.Title, a.Licence).ShouldBe(("Brush", "CC0-1.0")),
            a => a.TriggerWords.ShouldBe(["brush", "ink"]),
            a => a.Hash.ShouldBe(Sha256(At("brush.safetensors"))));
        Folders.Names.ShouldBeEmpty();
        Should.Throw<UnknownModelException>(() => Folders.FindAsset(ModelKinds.Lora, "brsh")).Message.ShouldBe("There is no LoRA named “brsh”. Known: brush.");
    }

    [Fact]
    public void VAEs_and_ControlNets_stand_alone()
    {
        var model = ModelFiles.Another(At("model"));
        Import(Path.Combine(model, "vae"), new ImportOptions { Name = "a vae" }).Kind.ShouldBe("vae");
        Import(ControlNet("control"), new ImportOptions { Licence = "MIT" }).Kind.ShouldBe("controlnet");
        Item("control").Asset!.Licence.ShouldBe("MIT");
        Inventory.Of(Folders).Select(item => item.Name).ShouldBe(["control", "a vae"], "by kind");
    }

    [Fact]
    public void A_cancelled_import_leaves_nothing_behind()
    {
        ModelFiles.Another(At("one"));
        foreach (var stage in Enum.GetValues<ImportStage>())
        {
            using var cancel = new CancellationTokenSource();
            Should.Throw<OperationCanceledException>(() => Import(
                At("one"), new ImportOptions { Mode = ImportMode.Copy }, p => (p.Stage == stage ? cancel : null)?.Cancel(), cancel.Token));
            Left.ShouldBeEmpty(stage.ToString());
        }

        Import(At("one")).AlreadyThere.ShouldBeFalse();
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("what?")]
    public void What_cannot_be_a_folders_name_is_refused(string name) =>
        Refused(ModelFiles.Lora(At("brush.safetensors")), new ImportOptions { Name = name }).ShouldContain($"“{name}” cannot be a name");

    private string ControlNet(string name)
    {
        Directory.CreateDirectory(At(name));
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(ModelFiles.Sprout, "unet", "config.json")))!;
        config["_class_name"] = "ControlNetModel";
        File.WriteAllText(At($"{name}/config.json"), config.ToJsonString());
        using var plan = new WeightPlan(At($"{name}/diffusion_pytorch_model.safetensors"), WeightType.Float32);
        ControlNetGraph.Write(ControlNetConfig.Read(At($"{name}/config.json")), plan);
        plan.Write();
        return At(name);
    }

    private string Refused(string path, ImportOptions options) => Should.Throw<ModelFolderException>(() => Import(path, options)).Message;

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
