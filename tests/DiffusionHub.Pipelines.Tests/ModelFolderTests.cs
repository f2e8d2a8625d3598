using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Sampling.Denoisers;

namespace DiffusionHub.Pipelines.Tests;

public sealed class ModelFolderTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("hub-models-");

    public static TheoryData<string> Files =>
    [
        "model_index.json", "scheduler/scheduler_config.json", "tokenizer/vocab.json", "tokenizer/merges.txt", "tokenizer/tokenizer_config.json",
        "text_encoder/config.json", "text_encoder/model.safetensors", "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors", "vae/config.json", "vae/diffusion_pytorch_model.safetensors",
    ];

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public void Sprout_says_what_it_can_do()
    {
        var sprout = KnownFamilies.Describe(TestFiles.Sprout);
        sprout.ShouldSatisfyAllConditions(
            s => s.Name.ShouldBe("sprout"),
            s => s.Family.ShouldBe("StableDiffusion"),
            s => s.Samplers[0].ShouldBe("DDIM"),
            s => s.Samplers.ShouldContain("DPM++ 2M"),
            s => s.Samplers.ShouldNotContain("Flow Euler", "a sampler of another kind of process"),
            s => s.Schedules.ShouldContain("Karras"),
            s => s.SamplersWithSchedules.ShouldContain("Euler"),
            s => s.SamplersWithSchedules.ShouldNotContain("DDIM"),
            s => s.Tasks.ShouldBe(["text-to-image", "image-to-image", "inpainting", "editing"]),
            s => (s.DefaultSteps, s.MaxSteps).ShouldBe((4, 50)),
            s => (s.DefaultSide, s.SideMultiple).ShouldBe((128, 8)),
            s => s.Licence.ShouldNotBeNull());
        using var weights = File.OpenRead(TestFiles.Sprout.Folder.File("unet/diffusion_pytorch_model.safetensors"));
        sprout.Hash.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(weights)), "model.json must state the hash of the file");
    }

    [Fact]
    public void A_folder_without_model_json_is_described_too()
    {
        var folder = Copy();
        File.Delete(folder.File("model.json"));
        var description = KnownFamilies.Describe(Source(folder));
        description.Name.ShouldBe("copy");
        // Of 150 steps, consistency models' samplers can make 50.
        description.SamplerMaxSteps.ShouldBe(new Dictionary<string, int> { ["LCM"] = 50, ["TCD"] = 50 }, ignoreOrder: true);
        File.WriteAllText(Path.Combine(folder.Path, "model.json"), "{}");
        KnownFamilies.Describe(Source(folder)).ShouldSatisfyAllConditions(d => d.Name.ShouldBe("copy"), d => d.DefaultSteps.ShouldBe(25));
        description.Hash.ShouldBe(KnownFamilies.Describe(TestFiles.Sprout).Hash);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_missing_file_is_named(string name)
    {
        var folder = Copy();
        File.Delete(Path.Combine(folder.Path, name));
        Should.Throw<ModelFolderException>(() => Load(folder)).Message.ShouldContain(Path.Combine(folder.Path, name));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_truncated_file_is_named(string name)
    {
        if (name == "tokenizer/merges.txt")
        {
            // Its length is not written anywhere: a cut in the middle of a line is all that shows.
            return;
        }

        var folder = Copy();
        var path = Path.Combine(folder.Path, name);
        var whole = new FileInfo(path).Length;
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(whole / 2);
        }

        var fault = Should.Throw<Exception>(() => Load(folder));
        (fault is ModelFolderException or Inference.InferenceException).ShouldBeTrue(fault.ToString());
        fault.Message.ShouldContain(path);
        if (name.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            fault.Message.ShouldContain($"expected {whole:N0} bytes, found {whole / 2:N0}");
        }
    }

    [Fact]
    public void An_unknown_pipeline_class_is_named()
    {
        var folder = Copy();
        File.WriteAllText(folder.File("model_index.json"), """{"_class_name":"FluxPipeline"}""");
        Should.Throw<ModelFolderException>(() => Load(folder)).Message.ShouldContain("FluxPipeline");
    }

    [Theory]
    [InlineData("beta_schedule", "staircase")]
    [InlineData("prediction_type", "flow")]
    [InlineData("timestep_spacing", "odd")]
    public void A_scheduler_config_beyond_the_hub_is_refused(string key, string value)
    {
        var folder = Copy();
        var path = folder.File("scheduler/scheduler_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        config[key] = value;
        File.WriteAllText(path, config.ToJsonString());
        var message = Should.Throw<ModelFolderException>(() => Load(folder)).Message;
        message.ShouldContain(key);
        message.ShouldContain(value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2.5)]
    public void A_model_that_gives_NaN_ends_the_run_and_names_the_step(double guidance)
    {
        var folder = Copy();
        var weights = folder.File("unet/diffusion_pytorch_model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        // Float16's NaN, in the second half of the numbers.
        MemoryMarshal.Cast<byte, Half>(bytes.AsSpan(bytes.Length / 2)).Fill(Half.NaN);
        File.WriteAllBytes(weights, bytes);
        using var pipeline = KnownFamilies.Load(Source(folder));
        var fault = Should.Throw<ModelOutputException>(() => pipeline.Run(SproutFixture.Request(steps: 4, guidance: guidance)));
        fault.Message.ShouldContain("at step 1 of 4");
    }

    [Fact]
    public void Models_are_found_by_name_in_order_of_the_folders_or_by_path()
    {
        var copy = Copy();
        var folders = new ModelFolders([root.FullName, Path.Combine(root.FullName, "absent"), Path.GetDirectoryName(TestFiles.Sprout.Path)!]);
        folders.Names.ShouldBe(["copy", "sprout"]);
        folders.Find("copy").Path.ShouldBe(copy.Path);
        folders.Find(copy.Path).Path.ShouldBe(copy.Path);
        Should.Throw<ModelFolderException>(() => folders.Find("nosuch")).Message.ShouldContain("copy, sprout");
        Should.Throw<ModelFolderException>(() => folders.Find("..")).Message.ShouldContain("copy, sprout");
        Should.Throw<ModelFolderException>(() => folders.Find("/nowhere/at/all")).Message.ShouldContain("/nowhere/at/all");
    }

    private static ModelSource Source(ModelFolder folder) => ModelSource.At(folder.Path);

    private static void Load(ModelFolder folder)
    {
        using var pipeline = KnownFamilies.Load(Source(folder));
    }

    private ModelFolder Copy()
    {
        var source = TestFiles.Sprout.Path;
        var target = Path.Combine(root.FullName, "copy");
        foreach (var name in Files.Select(row => row.Data).Append("model.json").Append("unet/config.json"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(target, name))!);
            File.Copy(Path.Combine(source, name), Path.Combine(target, name), overwrite: true);
        }

        // A copy's weights differ from the card's only in a test's hands.
        var card = Path.Combine(target, "model.json");
        File.WriteAllText(card, File.ReadAllText(card).Replace("\"sprout\"", "\"copy\"", StringComparison.Ordinal));
        return new ModelFolder(target);
    }
}
