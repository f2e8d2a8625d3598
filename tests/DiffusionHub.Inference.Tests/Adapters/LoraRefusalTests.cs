using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Inference.Weights.Adapters;

namespace DiffusionHub.Inference.Tests.Adapters;

/// <summary>What a LoRA's file says of itself, and LoRAs that cannot be used: each message names the file, what was expected and what was found.</summary>
public sealed class LoraRefusalTests : IDisposable
{
    private const string Query = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_q";
    private const string Key = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-lora-");

    private string File => Path.Combine(folder.FullName, "lora.safetensors");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_file_says_what_it_changes()
    {
        Write(
            ("lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_down.weight", [8, 2048]), ("lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_up.weight", [640, 8]),
            ("lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight", [16, 1280]), ("lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_up.weight", [5120, 16]));
        using var lora = LoraFile.Open(File);
        lora.Parts.ShouldBe([LoraPart.Unet, LoraPart.TextEncoder2]);
        (lora.ContextWidth, lora.Rank).ShouldBe((2048, 16));
    }

    [Fact]
    public void A_file_that_does_not_look_at_the_text_does_not_say_how_wide_it_is()
    {
        Write(("text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight", [2, 32]), ("text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_B.weight", [32, 2]));
        using var lora = LoraFile.Open(File);
        lora.Parts.ShouldBe([LoraPart.TextEncoder]);
        lora.ContextWidth.ShouldBeNull();
    }

    [Theory]
    [InlineData("conv.weight", "is no LoRA", "conv.weight")]
    [InlineData("lora_unet_conv_in.hada_w1_a", "LoHa", "hada_w1_a")]
    [InlineData("lora_unet_conv_in.lokr_w1", "LoKr", "lokr_w1")]
    [InlineData("lora_unet_conv_in.dora_scale", "DoRA", "dora_scale")]
    [InlineData("unet.conv_in.lora_magnitude_vector", "DoRA", "lora_magnitude_vector")]
    [InlineData("lora_unet_conv_in.lora_up.weight", "not whole", "lora_unet_conv_in.lora_up.weight")]
    [InlineData("transformer.blocks.0.lora_A.weight", "is no LoRA", "transformer.blocks.0.lora_A.weight")]
    public void Something_else_is_refused_by_name(string name, params string[] says)
    {
        Write((name, [4, 4]));
        Says(() => LoraFile.Open(File), says);
    }

    [Fact]
    public void A_tensor_that_is_not_known_is_refused_rather_than_passed_over()
    {
        Write(($"{Query}.lora_up.weight", [32, 4]), ($"{Query}.lora_down.weight", [4, 32]), ("bundle_emb.word.string_to_param.*", [1, 32]));
        Says(() => LoraFile.Open(File), "bundle_emb.word");
    }

    [Theory]
    [InlineData(new long[] { 32, 4 }, new long[] { 5, 32 }, "[32, 4]", "[5, 32]")]
    [InlineData(new long[] { 32 }, new long[] { 4, 32 }, "[32]")]
    [InlineData(new long[] { 32, 4, 3, 3 }, new long[] { 4, 32 }, "[32, 4, 3, 3]")]
    [InlineData(new long[] { 32, 0 }, new long[] { 0, 32 }, "[0, 32]")]
    public void Factors_that_cannot_be_multiplied_are_refused(long[] up, long[] down, params string[] says)
    {
        Write(($"{Query}.lora_up.weight", up), ($"{Query}.lora_down.weight", down));
        Says(() => LoraFile.Open(File), [.. says, Query]);
    }

    [Fact]
    public void An_alpha_that_is_no_number_is_refused()
    {
        Write(($"{Query}.lora_up.weight", [32, 4]), ($"{Query}.lora_down.weight", [4, 32]), ($"{Query}.alpha", [2]));
        Says(() => LoraFile.Open(File), $"{Query}.alpha");
    }

    [Fact]
    public void Two_spellings_of_one_layer_are_refused()
    {
        Write(($"{Query}.lora_up.weight", [32, 4]), ($"{Query}.lora_down.weight", [4, 32]), ("unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_q.lora_A.weight", [4, 32]));
        Says(() => LoraFile.Open(File), $"{Query}.lora_down.weight", "attn2.to_q.lora_A.weight");
    }

    [Fact]
    public void A_LoRA_for_another_width_is_refused_with_both_shapes()
    {
        Write(($"{Key}.lora_up.weight", [1280, 4]), ($"{Key}.lora_down.weight", [4, 2048]));
        using var lora = LoraFile.Open(File);
        Says(() => Unet(lora), $"{Key}.lora_down.weight", "[32, 32]", "[1280, 2048]", "diffusion_pytorch_model.safetensors");
    }

    [Fact]
    public void A_kernel_of_another_size_is_refused()
    {
        Write(("lora_unet_conv_in.lora_up.weight", [16, 4, 1, 1]), ("lora_unet_conv_in.lora_down.weight", [4, 4, 1, 1]));
        using var lora = LoraFile.Open(File);
        Says(() => Unet(lora), "[16, 4, 3, 3]", "[16, 4]");
    }

    [Fact]
    public void A_LoRA_for_layers_that_are_not_there_is_refused_with_how_many_are()
    {
        const string other = "lora_unet_down_blocks_2_attentions_0_proj_in";
        Write(($"{Query}.lora_up.weight", [32, 4]), ($"{Query}.lora_down.weight", [4, 32]), ($"{other}.lora_up.weight", [32, 4]), ($"{other}.lora_down.weight", [4, 32]));
        using var lora = LoraFile.Open(File);
        Says(() => Unet(lora), other, "1 of 2", "diffusion_pytorch_model.safetensors");
        using var weights = WeightSet.Open(TestFiles.Path("text", "model.safetensors"));
        ClipTextGraph.Write(ClipTextConfig.Read(TestFiles.Path("text", "config.json")), weights, [new Adapter(lora, 1)]).Name.ShouldBe(weights.Path, "it does not touch the text encoder");
    }

    [Fact]
    public void A_weight_that_is_no_number_is_refused()
    {
        Write(($"{Query}.lora_up.weight", [32, 4]), ($"{Query}.lora_down.weight", [4, 32]));
        using var lora = LoraFile.Open(File);
        Says(() => Unet(lora, float.NaN), "NaN");
    }

    // SDXL's layers under their original names, at their published sizes.
    [Fact]
    public void Names_of_the_original_code_are_found_in_the_published_SDXL()
    {
        (string Name, int Width, int Inputs)[] layers =
        [
            ("input_blocks_4_1_transformer_blocks_1_attn2_to_k", 640, 2048), ("input_blocks_8_1_transformer_blocks_9_ff_net_2", 1280, 5120), ("middle_block_1_proj_in", 1280, 1280),
            ("output_blocks_2_1_transformer_blocks_9_attn1_to_out_0", 1280, 1280), ("output_blocks_5_1_proj_out", 640, 640), ("input_blocks_6_0_op", 0, 0), ("output_blocks_5_2_conv", 0, 0), ("label_emb_0_0", 1280, 2816),
        ];
        Write(
        [
            .. layers.Select(l => ($"lora_unet_{l.Name}.lora_up.weight", l.Width > 0 ? new long[] { l.Width, 1 } : [640, 1, 1, 1])),
            .. layers.Select(l => ($"lora_unet_{l.Name}.lora_down.weight", l.Width > 0 ? new long[] { 1, l.Inputs } : [1, 640, 3, 3])),
        ]);
        using var lora = LoraFile.Open(File);
        using var plan = new WeightPlan(Path.Combine(folder.FullName, "plan.safetensors"), WeightType.Float16);
        UnetGraph.Write(UnetConfig.Read(TestFiles.Path("configs", "sdxl.json")), plan, new UnetGraphOptions { Adapters = [new Adapter(lora, 1)] });
        plan.Parameters.ShouldBe(2_567_463_684);
    }

    [Fact]
    public void An_alpha_of_gigabytes_is_no_number()
    {
        // Nothing but holes: it takes no room.
        const long numbers = 3L << 28, bytes = numbers * sizeof(float);
        var header = System.Text.Encoding.UTF8.GetBytes(
            $$"""{"{{Key}}.alpha":{"dtype":"F32","shape":[{{numbers}}],"data_offsets":[0,{{bytes}}]},"{{Key}}.lora_down.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[{{bytes}},{{bytes + 8}}]},"{{Key}}.lora_up.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[{{bytes + 8}},{{bytes + 16}}]} }""");
        using (var file = System.IO.File.Create(File))
        {
            file.Write(BitConverter.GetBytes((long)header.Length));
            file.Write(header);
            file.SetLength(8 + header.Length + bytes + 16);
        }

        Says(() => LoraFile.Open(File), $"{Key}.alpha", "one number");
    }

    private static void Unet(LoraFile lora, float weight = 1)
    {
        using var weights = WeightSet.Open(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors"));
        UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), weights, new UnetGraphOptions { Adapters = [new Adapter(lora, weight)] });
    }

    private void Write(params (string Name, long[] Shape)[] tensors) => TestWeights.Write(File, tensors.ToDictionary(t => t.Name, t => TestTensor.Random(1, t.Shape)));

    private void Says(Action act, params string[] says)
    {
        var message = Should.Throw<ModelFileException>(act).Message;
        says.Append(File).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }
}
