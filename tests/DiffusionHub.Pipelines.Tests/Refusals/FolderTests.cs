using System.Text.Json.Nodes;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Refusals;

/// <summary>Faulty folders of models with two text encoders or a ControlNet (see ModelFolderTests for the built-in model).</summary>
public sealed class FolderTests : IDisposable
{
    private readonly TestModels models = new();

    public static TheoryData<string, string> Files => new()
    {
        { "sdxl-base", "text_encoder_2/config.json" }, { "sdxl-base", "text_encoder_2/model.safetensors" }, { "sdxl-base", "tokenizer_2/vocab.json" },
        { "sdxl-base", "tokenizer_2/tokenizer_config.json" }, { "sdxl-base", "text_encoder/model.safetensors" }, { "sdxl-base", "unet/diffusion_pytorch_model.safetensors" },
        { "sd15-controlnet", "controlnet/diffusion_pytorch_model.safetensors" },
    };

    public void Dispose() => models.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void A_missing_or_truncated_file_is_named(string model, string file)
    {
        var folder = models.Copy(model);
        var path = Path.Combine(folder, file);
        using (var stream = File.OpenWrite(path))
        {
            stream.SetLength(stream.Length / 2);
        }

        Fault(folder).ShouldContain(path);
        File.Delete(path);
        Fault(folder).ShouldContain(path);
    }

    [Fact]
    public void A_ControlNet_without_config_is_none()
    {
        var folder = models.Copy("sd15-controlnet");
        KnownFamilies.Describe(ModelSource.At(folder)).HasControlNet.ShouldBeTrue();
        File.Delete(Path.Combine(folder, "controlnet", "config.json"));
        KnownFamilies.Describe(ModelSource.At(folder)).HasControlNet.ShouldBeFalse();
    }

    [Theory]
    [InlineData("unet", "diffusion_pytorch_model", ".bin")]
    [InlineData("vae", "diffusion_pytorch_model", ".ckpt")]
    [InlineData("text_encoder", "model", ".bin")]
    public void Weights_that_are_only_pickled_are_refused_with_the_reason(string module, string stem, string ending)
    {
        var folder = models.Copy("sd15");
        var path = Path.Combine(folder, module, "pytorch" + ending);
        File.Move(Path.Combine(folder, module, stem + ".safetensors"), path);
        var fault = Fault(folder);
        fault.ShouldContain(path);
        fault.ShouldContain("pickle");
        fault.ShouldContain(stem + ".safetensors");
    }

    [Theory]
    [InlineData("FluxPipeline")]
    [InlineData("StableVideoDiffusionPipeline")]
    [InlineData("")]
    public void An_unknown_class_is_refused_with_those_that_are_known(string name)
    {
        var folder = models.Copy("sd15");
        TestModels.Edit(Path.Combine(folder, "model_index.json"), json => json["_class_name"] = name);
        var fault = Fault(folder);
        fault.ShouldContain($"“{name}”");
        fault.ShouldContain("StableDiffusionXLPipeline");
    }

    [Fact]
    public void An_SDXL_folder_without_its_second_text_encoder_is_refused()
    {
        var folder = models.Copy("sdxl-base");
        TestModels.Edit(Path.Combine(folder, "model_index.json"), json => json["text_encoder_2"] = new JsonArray(null, null));
        Fault(folder).ShouldContain(folder);
    }

    [Theory]
    [InlineData("unet/config.json", "cross_attention_dim", 48)]
    [InlineData("unet/config.json", "in_channels", 5)]
    [InlineData("vae/config.json", "latent_channels", 3)]
    [InlineData("text_encoder/config.json", "vocab_size", 12)]
    public void A_config_that_does_not_fit_its_weights_names_them(string file, string key, int value)
    {
        var folder = models.Copy("sd15");
        TestModels.Edit(Path.Combine(folder, file), json => json[key] = value);
        Fault(folder).ShouldContain(Path.Combine(folder, Path.GetDirectoryName(file)!));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no json")]
    [InlineData("")]
    public void An_index_that_says_nothing_is_named(string text)
    {
        var folder = models.Copy("sd15");
        File.WriteAllText(Path.Combine(folder, "model_index.json"), text);
        Fault(folder).ShouldContain(Path.Combine(folder, "model_index.json"));
    }

    private static string Fault(string folder)
    {
        // A ControlNet's weights are looked at when it is first asked for.
        var fault = Should.Throw<Exception>(() =>
        {
            using var pipeline = TestModels.Load(folder);
            if (pipeline.Description.HasControlNet)
            {
                pipeline.Run(TestModels.Request() with { Control = new ControlChoice(TestModels.Picture("sd15-controlnet", "control.png")) });
            }
        });
        (fault is ModelFolderException or Inference.InferenceException).ShouldBeTrue(fault.ToString());
        return fault.Message;
    }
}
