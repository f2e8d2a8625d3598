using System.Text.Json.Nodes;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Wordless;

/// <summary>What models without text say of themselves.</summary>
public sealed class DescriptionTests : IDisposable
{
    private readonly TestModels models = new();

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_model_of_classes_says_which()
    {
        var folder = FormulaFolder.Classes(models.New("classes")).Path;
        var model = Describe(folder);
        (model.Family, model.Classes, model.WithoutPrompt, model.WithoutGuidance, model.MaxSteps).ShouldBe(("PixelDiffusion", 10, true, true, 1000));
        model.Tasks.ShouldBe([KnownTasks.ClassToImage]);
        (model.ClassNames.Count, model.TakesAdapters, model.TakesControlNets, model.DefaultSide, model.MinSide).ShouldBe((0, false, false, 16, 16));
    }

    [Theory]
    [InlineData("model_index.json", "id2label", """{ "0": "a", "2": "c\u0007" }""")]
    [InlineData("unet/config.json", "labels", """["a", "1", "c"]""")]
    [InlineData("unet/config.json", "labels", """{ "a": 0, "c": 2, "beyond": 99 }""")]
    public void Classes_have_names_where_a_file_has_them(string file, string key, string names)
    {
        var folder = FormulaFolder.Classes(models.New("classes")).Path;
        TestModels.Edit(Path.Combine(folder, file), json => json[key] = JsonNode.Parse(names));
        Describe(folder).ClassNames.Take(3).ShouldBe(["a", "1", "c"]);
    }

    [Fact]
    public void Families_say_what_they_can_do()
    {
        var enlarging = Describe(FormulaFolder.Enlarging(models.New("enlarging")).Path);
        (enlarging.Family, enlarging.UpscaleFactor, enlarging.DefaultSide, enlarging.MaxSide, enlarging.SideMultiple).ShouldBe(("LatentSuperResolution", 2, 16, 512, 2));
        enlarging.Tasks.ShouldBe([KnownTasks.Upscaling]);
        var semantic = Describe(FormulaFolder.Semantic(models.New("semantic")).Path);
        (semantic.Family, semantic.MapClasses).ShouldBe(("LatentSemantic", 5));
        semantic.Tasks.ShouldBe([KnownTasks.SemanticToImage]);
        var unconditional = Describe(new FormulaFolder(models.New("uncond"), "LDMPipeline", (3, 3)).Latent().Path);
        (unconditional.Family, unconditional.Classes).ShouldBe(("LatentUnconditional", 0));
        unconditional.Tasks.ShouldBe([KnownTasks.Unconditional]);
    }

    // As the first models of DDPM were published.
    [Fact]
    public void Everything_may_lie_in_one_folder()
    {
        var folder = FormulaFolder.Classes(models.New("flat")).Path;
        using (var whole = TestModels.Load(folder))
        {
            foreach (var file in new[] { "unet/config.json", "unet/diffusion_pytorch_model.safetensors", "scheduler/scheduler_config.json" })
            {
                File.Copy(Path.Combine(folder, file), Path.Combine(folder, Path.GetFileName(file)));
            }

            Directory.Delete(Path.Combine(folder, "unet"), recursive: true);
            Directory.Delete(Path.Combine(folder, "scheduler"), recursive: true);
            using var flat = TestModels.Load(folder);
            var request = new PictureRequest { Prompt = "", Seed = 5, Steps = 2, Guidance = 0, Width = 16, Height = 16, ClassLabel = 1 };
            TestFiles.Error(flat.Run(request).Values, whole.Run(request).Values).ShouldBe(0);
        }
    }

    private static ModelDescription Describe(string folder) => KnownFamilies.Describe(ModelSource.At(folder));
}
