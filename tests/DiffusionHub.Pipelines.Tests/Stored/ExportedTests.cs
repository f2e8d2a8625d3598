using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Stored;

/// <summary>Folders of ONNX graphs, held against the diffusers folders that they were made of.</summary>
public sealed class ExportedTests : IDisposable
{
    private readonly TestModels models = new();

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData("sd15")]
    [InlineData("sd15-lcm")]
    [InlineData("sdxl-base")]
    public void A_folder_of_graphs_makes_the_same_pictures(string name)
    {
        var folder = Exported(name);
        using var exported = TestModels.Load(folder);
        using var original = TestModels.Load(name);
        exported.Description.ShouldSatisfyAllConditions(
            d => d.Family.ShouldBe(original.Description.Family),
            d => d.Tasks.ShouldBe(original.Description.Tasks),
            d => d.DefaultSide.ShouldBe(original.Description.DefaultSide),
            d => d.MaxClipSkip.ShouldBe(original.Description.MaxClipSkip),
            d => d.TakesControlNets.ShouldBeFalse());
        var request = TestModels.Request(guidance: 3) with { NegativePrompt = "blurry" };
        Same(request);
        Same(request with { ClipSkip = 1 });
        Same(request with { Init = TestModels.Picture("sd15-img2img", "init.png") });

        void Same(PictureRequest one) => TestFiles.Error(exported.Run(one).Values, original.Run(one).Values).ShouldBeLessThan(1e-5);
    }

    // The first exporters wrote no configs beside the graphs, and named their pipeline Onnx….
    [Fact]
    public void A_folder_without_configs_is_taken_as_Stable_Diffusion_1()
    {
        var folder = Exported("sd15");
        foreach (var config in Directory.EnumerateFiles(folder, "config.json", SearchOption.AllDirectories))
        {
            File.Delete(config);
        }

        TestModels.Edit(Path.Combine(folder, "model_index.json"), json => json["_class_name"] = "OnnxStableDiffusionPipeline");
        using var pipeline = TestModels.Load(folder);
        pipeline.Description.ShouldSatisfyAllConditions(d => d.Family.ShouldBe("StableDiffusion"), d => d.SideMultiple.ShouldBe(8), d => d.TakesControlNets.ShouldBeFalse());
        using var original = TestModels.Load("sd15");
        TestFiles.Error(pipeline.Run(TestModels.Request()).Values, original.Run(TestModels.Request()).Values).ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void Without_an_encoder_a_model_begins_with_noise()
    {
        var folder = Exported("sd15");
        Directory.Delete(Path.Combine(folder, "vae_encoder"), recursive: true);
        using var pipeline = TestModels.Load(folder);
        pipeline.Description.Tasks.ShouldBe([KnownTasks.TextToImage]);
        pipeline.Run(TestModels.Request()).Count.ShouldBe(1);
        var fault = Should.Throw<UnfitRequestException>(() => pipeline.Run(TestModels.Request() with { Init = TestModels.Picture("sd15-img2img", "init.png") }));
        (fault.Field, fault.Message.Contains("no encoder", StringComparison.Ordinal)).ShouldBe(("init", true));
    }

    [Fact]
    public void A_graph_takes_no_ControlNet()
    {
        using var pipeline = TestModels.Load(Exported("sd15"));
        var control = new ControlChoice(TestModels.Picture("sd15-controlnet", "control.png")) { Path = Path.Combine(TestModels.At("sd15-controlnet"), "controlnet") };
        Should.Throw<UnfitRequestException>(() => pipeline.Run(TestModels.Request() with { Control = control })).Field.ShouldBe("control");
        pipeline.Run(TestModels.Request()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("text_encoder/model.onnx")]
    [InlineData("unet/diffusion_pytorch_model.safetensors")]
    [InlineData("vae_decoder/model.onnx")]
    [InlineData("model_index.json")]
    [InlineData("scheduler/scheduler_config.json")]
    [InlineData("tokenizer/vocab.json")]
    public void A_missing_or_truncated_file_is_named(string name)
    {
        var folder = Exported("sd15");
        var path = Path.Combine(folder, name);
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(file.Length / 2);
        }

        Said(path);
        File.Delete(path);
        Said(Path.GetFileName(path));

        void Said(string said)
        {
            var fault = Should.Throw<Exception>(() => TestModels.Load(folder).Dispose());
            (fault is ModelFolderException or Inference.InferenceException).ShouldBeTrue(fault.ToString());
            fault.Message.ShouldContain(said);
        }
    }

    private string Exported(string name)
    {
        var folder = models.Copy(name, "exported");
        ExportedFolder.Make(folder);
        return folder;
    }
}
