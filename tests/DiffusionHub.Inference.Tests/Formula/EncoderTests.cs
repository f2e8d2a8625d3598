using DiffusionHub.Inference.Graphs.Bert;
using DiffusionHub.Inference.Graphs.Clip;

namespace DiffusionHub.Inference.Tests.Formula;

/// <summary>Encoders of texts and pictures against the originals in PyTorch (see goldens/README.md).</summary>
public sealed class EncoderTests
{
    [Fact]
    public void The_text_encoder_of_latent_diffusion_gives_the_states_of_the_original()
    {
        using var model = new FormulaModel("bert");
        model.Check(
            (config, weights) => LdmBertGraph.Write(LdmBertConfig.Read(config), weights),
            [("input_ids", FormulaModel.Values<long>([2, 9, 4, 3, 0, 0, 0, 2, 5, 19, 7, 11, 3, 0], 2, 7))],
            "last_hidden_state",
            "output");
    }

    [Fact]
    public void A_CLIP_image_encoder_gives_the_vectors_of_the_original()
    {
        using var model = new FormulaModel("clip-vision");
        ClipVisionConfig.Read(model.Config).Tokens.ShouldBe(10);
        model.Check(
            (config, weights) => ClipVisionGraph.Write(ClipVisionConfig.Read(config), weights), [("pixel_values", FormulaModel.Input("pixel_values", 2, 3, 14, 14))], "image_embeds", "output");
    }

    [Theory]
    [InlineData("bert", "activation_function", "\"relu\"", "relu")]
    [InlineData("clip-vision", "hidden_act", "\"silu\"", "silu")]
    [InlineData("clip-vision", "num_attention_heads", "3", "must divide")]
    [InlineData("clip-vision", "patch_size", "15", "must divide")]
    [InlineData("clip-vision", "architectures", "[\"CLIPVisionModel\"]", "CLIPVisionModelWithProjection")]
    public void An_encoder_beyond_the_hub_is_refused(string name, string key, string value, string says)
    {
        using var model = new FormulaModel(name);
        model.IsRefused(config => name == "bert" ? LdmBertConfig.Read(config) : ClipVisionConfig.Read(config), key, value, says);
    }
}
