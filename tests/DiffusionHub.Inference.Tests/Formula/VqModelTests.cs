using DiffusionHub.Inference.Graphs.Vae;

namespace DiffusionHub.Inference.Tests.Formula;

/// <summary>An autoencoder with a book of codes against the original in PyTorch (see goldens/README.md).</summary>
public sealed class VqModelTests
{
    [Fact]
    public void A_decoder_takes_the_nearest_codes()
    {
        using var model = new FormulaModel("vq");
        model.Check((config, weights) => IAutoencoderConfig.Read(config).Decoder(weights), [("latent_sample", FormulaModel.Input("latent_sample", 2, 4, 4, 6))], "sample", "decoded");
    }

    [Fact]
    public void An_encoder_gives_latents_that_are_no_codes_yet()
    {
        using var model = new FormulaModel("vq");
        model.Check((config, weights) => IAutoencoderConfig.Read(config).Encoder(weights), [("sample", FormulaModel.Input("sample", 2, 3, 8, 12))], "latents", "encoded");
    }

    [Fact]
    public void A_latent_has_the_channels_of_a_code()
    {
        using var model = new FormulaModel("vq");
        var config = IAutoencoderConfig.Read(model.Config).ShouldBeOfType<VqModelConfig>();
        (config.LatentChannels, config.InnerChannels, config.Factor, config.ScalingFactor, config.GivesDistribution).ShouldBe((4, 6, 2, 1f, false));
        model.Change("vq_embed_dim", "null");
        IAutoencoderConfig.Read(model.Config).LatentChannels.ShouldBe(6);
    }

    [Theory]
    [InlineData("norm_type", "\"spatial\"", "spatial")]
    [InlineData("out_channels", "4", "3")]
    [InlineData("down_block_types", "[\"AttnDownEncoderBlock2D\",\"DownEncoderBlock2D\"]", "AttnDownEncoderBlock2D")]
    public void An_autoencoder_beyond_the_hub_is_refused(string key, string value, string says)
    {
        using var model = new FormulaModel("vq");
        model.IsRefused(IAutoencoderConfig.Read, key, value, says);
    }
}
