using System.Text.Json.Nodes;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

/// <summary>Configs and weights that do not fit: each message names the file, what was expected and what was found.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-config-");

    private string Config => Path.Combine(folder.FullName, "config.json");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("in_channels", "9", "conv_in.weight", "[16, 9, 3, 3]", "[16, 4, 3, 3]")]
    [InlineData("layers_per_block", "2", "down_blocks.0.resnets.1.norm1.weight", "lacks")]
    [InlineData("transformer_layers_per_block", "2", "transformer_blocks.1.norm1.weight", "lacks")]
    [InlineData("cross_attention_dim", "40", "attn2.to_k.weight", "[16, 40]", "[16, 32]")]
    [InlineData("time_cond_proj_dim", "8", "time_embedding.cond_proj.weight", "lacks")]
    public void Weights_that_do_not_fit_the_config_are_refused(string key, string value, params string[] says)
    {
        Change(TestFiles.Path("unet", "config.json"), key, value);
        using var weights = WeightSet.Open(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors"));
        var message = Should.Throw<ModelFileException>(() => UnetGraph.Write(UnetConfig.Read(Config), weights)).Message;
        says.Append(weights.Path).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Theory]
    [InlineData("block_out_channels", "16", "a list")]
    [InlineData("block_out_channels", "null", "missing")]
    [InlineData("block_out_channels", "[16,32,32]", "3", "2, 2")]
    [InlineData("in_channels", "-1", "whole number", "-1")]
    [InlineData("in_channels", "1e10", "whole number")]
    [InlineData("in_channels", "\"four\"", "four")]
    [InlineData("norm_eps", "true", "a number")]
    [InlineData("attention_head_dim", "[4]", "must have 2 members", "1")]
    [InlineData("attention_head_dim", "5", "must divide", "16")]
    [InlineData("only_cross_attention", "1", "true, false")]
    [InlineData("down_block_types", "[\"AttnDownBlock2D\",\"DownBlock2D\"]", "AttnDownBlock2D", "CrossAttnDownBlock2D")]
    [InlineData("mid_block_type", "\"UNetMidBlock2DSimpleCrossAttn\"", "UNetMidBlock2DSimpleCrossAttn")]
    [InlineData("addition_embed_type", "\"text_image\"", "text_image", "text_time")]
    [InlineData("class_embed_type", "\"odd\"", "odd", "projection")]
    [InlineData("resnet_time_scale_shift", "\"scale_shift\"", "scale_shift", "default")]
    [InlineData("cross_attention_dim", "[32,64]", "32, 64")]
    [InlineData("transformer_layers_per_block", "[[1,2],1]", "[[1,2],1]", "one for each block")]
    [InlineData("reverse_transformer_layers_per_block", "[[1,1],1]", "[[1,1],1]")]
    [InlineData("class_embeddings_concat", "true", "true", "false")]
    public void A_UNet_beyond_the_hub_is_refused(string key, string value, params string[] says)
    {
        Change(TestFiles.Path("unet", "config.json"), key, value);
        var message = Should.Throw<ModelFileException>(() => UnetConfig.Read(Config)).Message;
        says.Append(Config).Append(key).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Fact]
    public void A_list_of_one_number_for_each_block_is_none_of_lists()
    {
        Change(TestFiles.Path("unet", "config.json"), "transformer_layers_per_block", "[1,10]");
        UnetConfig.Read(Config).Levels.Select(level => level.TransformerBlocks).ShouldBe([1, 10]);
    }

    [Theory]
    [InlineData("hidden_act", "\"relu\"", "relu")]
    [InlineData("num_attention_heads", "7", "7")]
    [InlineData("architectures", "[\"BertModel\"]", "BertModel")]
    public void A_text_encoder_beyond_the_hub_is_refused(string key, string value, string says)
    {
        Change(TestFiles.Path("text", "config.json"), key, value);
        var message = Should.Throw<ModelFileException>(() => ClipTextConfig.Read(Config)).Message;
        new[] { says, key, Config }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Theory]
    [InlineData("down_block_types", "[\"AttnDownEncoderBlock2D\"]", "AttnDownEncoderBlock2D")]
    [InlineData("act_fn", "\"relu\"", "relu")]
    [InlineData("scaling_factor", "[]", "a number")]
    public void An_autoencoder_beyond_the_hub_is_refused(string key, string value, string says)
    {
        Change(Path.Combine(TestFiles.Sprout, "vae", "config.json"), key, value);
        var message = Should.Throw<ModelFileException>(() => AutoencoderKlConfig.Read(Config)).Message;
        new[] { says, key, Config }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    public void A_config_that_is_no_JSON_object_is_named(string text)
    {
        File.WriteAllText(Config, text);
        Should.Throw<ModelFileException>(() => UnetConfig.Read(Config)).Message.ShouldContain(Config);
    }

    [Fact]
    public void The_same_tensor_in_two_parts_is_refused()
    {
        var original = Path.Combine(folder.FullName, "part-1.safetensors");
        var copy = Path.Combine(folder.FullName, "part-2.safetensors");
        File.Copy(TestFiles.Path("text", "model.safetensors"), original);
        File.Copy(original, copy);
        using var first = SafetensorsFile.Open(original);
        using var second = SafetensorsFile.Open(copy);
        Should.Throw<ModelFileException>(() => new WeightSet(first, second)).Message.ShouldContain(copy);
    }

    private void Change(string from, string key, string value)
    {
        var config = JsonNode.Parse(File.ReadAllText(from))!;
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(Config, config.ToJsonString());
    }
}
