using DiffusionHub.Inference.Checkpoints.Names;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Checkpoints;

/// <summary>At the sizes of published models: every parameter has one original name, and those that are known from the published files are among them.</summary>
public sealed class PublishedNamesTests
{
    [Theory]
    [InlineData("sd15", 686)]
    [InlineData("sdxl", 1680)]
    [InlineData("refiner", 1220)]
    public void Every_parameter_of_a_UNet_has_one_original_name(string model, int count)
    {
        var config = Config(model);
        using var plan = new WeightPlan("published", WeightType.Float16);
        UnetGraph.Write(config, plan);
        OneToOne(plan, UnetNames.Of(config)).Count.ShouldBe(count);
    }

    [Theory]
    [InlineData("sd15", "input_blocks.0.0.weight", 320, 4, 3, 3)]
    [InlineData("sd15", "time_embed.2.weight", 1280, 1280)]
    [InlineData("sd15", "input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight", 320, 768)]
    [InlineData("sd15", "input_blocks.3.0.op.weight", 320, 320, 3, 3)]
    [InlineData("sd15", "input_blocks.4.0.skip_connection.weight", 640, 320, 1, 1)]
    [InlineData("sd15", "input_blocks.11.0.out_layers.3.weight", 1280, 1280, 3, 3)]
    [InlineData("sd15", "middle_block.1.transformer_blocks.0.ff.net.0.proj.weight", 10240, 1280)]
    [InlineData("sd15", "output_blocks.2.1.conv.weight", 1280, 1280, 3, 3)]
    [InlineData("sd15", "output_blocks.5.2.conv.weight", 1280, 1280, 3, 3)]
    [InlineData("sd15", "output_blocks.8.2.conv.weight", 640, 640, 3, 3)]
    [InlineData("sd15", "output_blocks.11.0.skip_connection.weight", 320, 640, 1, 1)]
    [InlineData("sd15", "output_blocks.11.1.proj_out.weight", 320, 320, 1, 1)]
    [InlineData("sd15", "out.2.weight", 4, 320, 3, 3)]
    [InlineData("sdxl", "label_emb.0.0.weight", 1280, 2816)]
    [InlineData("sdxl", "label_emb.0.2.weight", 1280, 1280)]
    [InlineData("sdxl", "input_blocks.4.1.transformer_blocks.1.attn2.to_k.weight", 640, 2048)]
    [InlineData("sdxl", "input_blocks.8.1.transformer_blocks.9.attn2.to_k.weight", 1280, 2048)]
    [InlineData("sdxl", "middle_block.1.transformer_blocks.9.attn1.to_q.weight", 1280, 1280)]
    [InlineData("sdxl", "output_blocks.0.1.proj_in.weight", 1280, 1280)]
    [InlineData("sdxl", "output_blocks.2.2.conv.weight", 1280, 1280, 3, 3)]
    [InlineData("sdxl", "output_blocks.5.2.conv.weight", 640, 640, 3, 3)]
    [InlineData("sdxl", "output_blocks.8.0.in_layers.2.weight", 320, 640, 3, 3)]
    [InlineData("refiner", "label_emb.0.0.weight", 1536, 2560)]
    [InlineData("refiner", "input_blocks.4.1.transformer_blocks.3.attn2.to_v.weight", 768, 1280)]
    [InlineData("refiner", "input_blocks.10.0.in_layers.2.weight", 1536, 1536, 3, 3)]
    [InlineData("refiner", "output_blocks.2.1.conv.weight", 1536, 1536, 3, 3)]
    public void A_published_tensor_of_a_UNet_is_found(string model, string original, params int[] shape)
    {
        var config = Config(model);
        using var plan = new WeightPlan("published", WeightType.Float16);
        UnetGraph.Write(config, plan);
        OneToOne(plan, UnetNames.Of(config))[original].Shape.ShouldBe(shape.Select(side => (long)side));
    }

    [Theory]
    [InlineData("encoder.down.1.block.0.nin_shortcut.weight", 256, 128, 1, 1)]
    [InlineData("encoder.down.2.downsample.conv.weight", 512, 512, 3, 3)]
    [InlineData("encoder.mid.attn_1.norm.weight", 512)]
    [InlineData("encoder.conv_out.weight", 8, 512, 3, 3)]
    [InlineData("decoder.conv_in.weight", 512, 4, 3, 3)]
    [InlineData("decoder.up.0.block.0.nin_shortcut.weight", 128, 256, 1, 1)]
    [InlineData("decoder.up.1.upsample.conv.weight", 256, 256, 3, 3)]
    [InlineData("decoder.up.3.block.2.conv2.weight", 512, 512, 3, 3)]
    [InlineData("decoder.mid.attn_1.proj_out.bias", 512)]
    [InlineData("post_quant_conv.weight", 4, 4, 1, 1)]
    public void A_published_tensor_of_an_autoencoder_is_found(string original, params int[] shape)
    {
        var config = new AutoencoderKlConfig
        {
            PictureChannels = 3, LatentChannels = 4, BlockChannels = [128, 256, 512, 512], LayersPerBlock = 2, Groups = 32, MidAttention = true, QuantConv = true, PostQuantConv = true,
            ScalingFactor = 0.18215f,
        };
        using var plan = new WeightPlan("published", WeightType.Float16);
        AutoencoderKlGraphs.Encoder(config, plan);
        AutoencoderKlGraphs.Decoder(config, plan);
        var names = OneToOne(plan, VaeNames.Of(config));
        names.Count.ShouldBe(248);
        names[original].Shape.ShouldBe(shape.Select(side => (long)side));
    }

    // What a LoRA for SDXL means by lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q.
    [Fact]
    public void A_part_of_a_module_has_a_name_too()
    {
        var names = UnetNames.Of(Config("sdxl"));
        names.Original("down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q").ShouldBe("input_blocks.4.1.transformer_blocks.0.attn1.to_q");
        names.Diffusers("output_blocks.5.2.conv").ShouldBe("up_blocks.1.upsamplers.0.conv");
        names.Diffusers("input_blocks.40.1.norm").ShouldBeNull();
        names.Original("encoder.conv_in").ShouldBeNull();
    }

    private static UnetConfig Config(string model) => model switch
    {
        "refiner" => UnetConfig.Read(TestFiles.Path("configs", "sdxl.json")) with
        {
            ContextWidth = 1280,
            AdditionWidth = 2560,
            Levels =
            [
                new(384, 2, 6, 4, false, false, false), new(768, 2, 12, 4, true, true, false), new(1536, 2, 24, 4, true, true, false), new(1536, 2, 24, 4, false, false, false),
            ],
        },
        _ => UnetConfig.Read(TestFiles.Path("configs", model + ".json")),
    };

    private static Dictionary<string, WeightTensor> OneToOne(WeightPlan plan, NameMap names)
    {
        var originals = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (var tensor in plan.Tensors)
        {
            var original = names.Original(tensor.Name).ShouldNotBeNull(tensor.Name);
            names.Diffusers(original).ShouldBe(tensor.Name);
            originals.Add(original, tensor);
        }

        return originals;
    }
}
