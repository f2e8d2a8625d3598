using System.Text.Json;
using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Inference.Graphs.Unet;

namespace DiffusionHub.Inference.Tests.Checkpoints;

/// <summary>What a file is, told by its tensors, its metadata and its name.</summary>
public sealed class RecognitionTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-recognition-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(CheckpointKind.StableDiffusion1, 9, CheckpointVariant.Inpainting, 8, 64)]
    [InlineData(CheckpointKind.StableDiffusion1, 8, CheckpointVariant.Instruction, 8, 64)]
    [InlineData(CheckpointKind.StableDiffusion2, 5, CheckpointVariant.Depth, 1, 64)]
    [InlineData(CheckpointKind.StableDiffusion2, 9, CheckpointVariant.Inpainting, 1, 64)]
    [InlineData(CheckpointKind.StableDiffusionXl, 9, CheckpointVariant.Inpainting, 1, 128)]
    public void A_variant_is_told_by_its_channels(CheckpointKind kind, int channels, CheckpointVariant variant, int heads, int sampleSize)
    {
        using var checkpoint = Open(TinyModel.Of(kind, channels).Single());
        checkpoint.Kind.ShouldBe(kind);
        checkpoint.Variant.ShouldBe(variant);
        checkpoint.Unet!.InChannels.ShouldBe(channels);
        checkpoint.Unet.SampleSize.ShouldBe(sampleSize);
        checkpoint.Unet.Levels[^2].Heads.ShouldBe(heads);
        checkpoint.Prediction.Prediction.ShouldBe(CheckpointPrediction.Epsilon);
    }

    [Fact]
    public void An_upscaler_has_a_table_of_noise_levels()
    {
        using var checkpoint = Open(TinyModel.Of(CheckpointKind.StableDiffusion2, 7, UnetClasses.Table).Single());
        checkpoint.Variant.ShouldBe(CheckpointVariant.Upscaler);
        checkpoint.Unet!.Classes.ShouldBe(UnetClasses.Table);
        checkpoint.Unet.ClassWidth.ShouldBe(10);
        checkpoint.Unet.Levels[0].Heads.ShouldBe(8);
        checkpoint.Prediction.Prediction.ShouldBe(CheckpointPrediction.Velocity);
        checkpoint.Vae!.ScalingFactor.ShouldBe(0.08333f);
        UnetGraph.Write(checkpoint.Unet, checkpoint.UnetWeights!);
    }

    [Fact]
    public void A_picture_embedding_joins_as_a_class()
    {
        using var checkpoint = Open(TinyModel.Of(CheckpointKind.StableDiffusion2, classes: UnetClasses.Projection).Single());
        checkpoint.Variant.ShouldBe(CheckpointVariant.PictureEmbedding);
        checkpoint.Unet!.Classes.ShouldBe(UnetClasses.Projection);
        checkpoint.Unet.ClassWidth.ShouldBe(80);
        UnetGraph.Write(checkpoint.Unet, checkpoint.UnetWeights!);
    }

    [Theory]
    [InlineData("sd_xl_turbo_1.0_fp16", "turbo")]
    [InlineData("RealVisXL-Lightning8Step", "lightning")]
    [InlineData("dreamshaperLCM_v7", "lcm")]
    [InlineData("xl-hyperSD-8", "hyper")]
    [InlineData("hyperrealism_v3", null)]
    [InlineData("talcmist", null)]
    public void A_model_of_few_steps_is_told_by_its_name(string name, string? word)
    {
        using var checkpoint = Open(TinyModel.Of(CheckpointKind.StableDiffusionXl).Single(), name);
        (checkpoint.FewSteps?.Word).ShouldBe(word);
    }

    [Fact]
    public void A_model_of_few_steps_is_told_by_its_metadata()
    {
        using var checkpoint = Open(TinyModel.Of(CheckpointKind.StableDiffusionXl).Single().Noting("modelspec.title", "Stable Diffusion XL 1.0 Turbo"));
        checkpoint.FewSteps.ShouldBe(new FewSteps("turbo", 1));
        Scheduler(checkpoint, "timestep_spacing").ShouldBe("trailing");
        Scheduler(checkpoint, "_class_name").ShouldBe("EulerAncestralDiscreteScheduler");
    }

    [Fact]
    public void The_prediction_of_the_second_family_is_a_default_with_a_reason()
    {
        var file = TinyModel.Of(CheckpointKind.StableDiffusion2).Single();
        using (var unknown = Open(file))
        {
            unknown.Prediction.Known.ShouldBeNull();
            unknown.Prediction.Default.ShouldBe(CheckpointPrediction.Velocity);
            unknown.Prediction.Reason.ShouldContain("768");
            unknown.Unet!.SampleSize.ShouldBe(96);
            Scheduler(unknown, "prediction_type").ShouldBe("v_prediction");
        }

        using (var named = Open(file, "512-base-ema"))
        {
            named.Prediction.Known.ShouldBeNull();
            named.Prediction.Default.ShouldBe(CheckpointPrediction.Epsilon);
        }

        using var told = Checkpoint.Open(file.Write(At("told")), CheckpointPrediction.Epsilon);
        told.Prediction.Known.ShouldBe(CheckpointPrediction.Epsilon);
        told.Unet!.SampleSize.ShouldBe(64);
        Scheduler(told, "prediction_type").ShouldBe("epsilon");
    }

    [Theory]
    [InlineData("v", CheckpointPrediction.Velocity)]
    [InlineData("v_prediction", CheckpointPrediction.Velocity)]
    [InlineData("epsilon", CheckpointPrediction.Epsilon)]
    public void The_prediction_is_read_from_metadata(string stated, CheckpointPrediction prediction)
    {
        using var checkpoint = Open(TinyModel.Of(CheckpointKind.StableDiffusion2).Single().Noting("modelspec.prediction_type", stated));
        checkpoint.Prediction.Known.ShouldBe(prediction);
    }

    [Theory]
    [InlineData("v_pred", false)]
    [InlineData("ztsnr", true)]
    public void The_prediction_is_read_from_markers(string marker, bool zeroSnr)
    {
        using var checkpoint = Open(TinyModel.Of(CheckpointKind.StableDiffusionXl).Single().With(marker, new TestTensor([0], [])));
        checkpoint.Prediction.Known.ShouldBe(CheckpointPrediction.Velocity);
        checkpoint.Prediction.Reason.ShouldContain(marker);
        checkpoint.Prediction.ZeroTerminalSnr.ShouldBe(zeroSnr);
        Scheduler(checkpoint, "timestep_spacing").ShouldBe(zeroSnr ? "trailing" : "leading");
    }

    [Theory]
    [InlineData(CheckpointKind.StableDiffusion1, "DDIMScheduler", new[] { 49 })]
    [InlineData(CheckpointKind.StableDiffusion2, "DDIMScheduler", new[] { 0 })]
    [InlineData(CheckpointKind.StableDiffusionXl, "EulerDiscreteScheduler", new[] { 49, 0 })]
    [InlineData(CheckpointKind.StableDiffusionXlRefiner, "EulerDiscreteScheduler", new[] { 0 })]
    public void A_family_has_its_schedule_and_its_padding(CheckpointKind kind, string scheduler, int[] padding)
    {
        using var checkpoint = Open(TinyModel.Of(kind).Single());
        checkpoint.TextEncoders.Select(encoder => encoder.PadToken).ShouldBe(padding);
        Scheduler(checkpoint, "_class_name").ShouldBe(scheduler);
        Scheduler(checkpoint, "beta_schedule").ShouldBe("scaled_linear");
        JsonDocument.Parse(checkpoint.SchedulerConfigJson).RootElement.GetProperty("steps_offset").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Parts_that_are_not_in_the_file_are_stated()
    {
        var model = TinyModel.Of(CheckpointKind.StableDiffusionXl);
        using var noText = Open(model.Single(text: false));
        noText.Kind.ShouldBe(CheckpointKind.StableDiffusionXl);
        noText.Missing.ShouldBe([CheckpointPart.TextEncoders]);
        using var noVae = Open(model.Single(vae: false), "no-vae");
        noVae.Missing.ShouldBe([CheckpointPart.Vae]);
        noVae.VaeWeights.ShouldBeNull();
    }

    [Fact]
    public void A_text_encoder_of_which_the_unused_layer_was_left_out_keeps_its_published_layers()
    {
        var file = TinyModel.Of(CheckpointKind.StableDiffusion2).Single();
        const string layers = "cond_stage_model.model.transformer.resblocks.";
        foreach (var (name, tensor) in file.Where(t => t.Key.StartsWith(layers + "0.", StringComparison.Ordinal)).ToList())
        {
            for (var i = 3; i < 23; i++)
            {
                file.Add($"{layers}{i}.{name[(layers.Length + 2)..]}", tensor);
            }
        }

        using var checkpoint = Open(file);
        checkpoint.TextEncoders[0].Config.Layers.ShouldBe(23);
    }

    [Fact]
    public void A_ControlNet_without_attention_belongs_to_the_base()
    {
        var half = new TensorFile().With("controlnet_cond_embedding.conv_in.weight", TensorFile.Random(1, 4, 3, 3, 3));
        foreach (var (name, tensor) in TinyModel.Of(CheckpointKind.StableDiffusionXl).UnetTensors)
        {
            if (!name.Contains("attentions", StringComparison.Ordinal) && !name.StartsWith("up_", StringComparison.Ordinal))
            {
                half.Add(name, tensor);
            }
        }

        using var checkpoint = Open(half);
        checkpoint.Kind.ShouldBe(CheckpointKind.ControlNet);
        checkpoint.Family.ShouldBe(CheckpointKind.StableDiffusionXl);
        checkpoint.ControlNet!.Unet.ContextWidth.ShouldBe(2048);
        checkpoint.ControlNet.Unet.MiddleAttention.ShouldBe(false);
    }

    [Theory]
    [InlineData("lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight")]
    [InlineData("unet.down_blocks.0.attentions.0.to_q.lora_A.weight")]
    public void A_LoRA_is_no_model(string key)
    {
        using var checkpoint = Open(new TensorFile().With(key, TensorFile.Random(1, 4, 8)));
        checkpoint.Kind.ShouldBe(CheckpointKind.Lora);
        checkpoint.Unet.ShouldBeNull();
        checkpoint.Family.ShouldBeNull();
        checkpoint.Missing.ShouldBeEmpty();
    }

    private static string? Scheduler(Checkpoint checkpoint, string key) => JsonDocument.Parse(checkpoint.SchedulerConfigJson).RootElement.GetProperty(key).GetString();

    private string At(string name) => Path.Combine(folder.FullName, name + ".safetensors");

    private Checkpoint Open(TensorFile file, string name = "model") => Checkpoint.Open(file.Write(At(name)));
}
