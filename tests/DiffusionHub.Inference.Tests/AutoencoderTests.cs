using System.Text.Json.Nodes;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

/// <summary>The small autoencoder against the original in PyTorch (see goldens/README.md), and configs of autoencoders.</summary>
public sealed class AutoencoderTests : IDisposable
{
    private const double Limit = 2e-6;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-vae-");

    private string Config => Path.Combine(folder.FullName, "config.json");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_small_decoder_gives_the_pictures_of_the_original()
    {
        using var weights = Tiny(out var config);
        using var graph = Graph.Load(config.Decoder(weights));
        Check(graph, "latent_sample", "latents.npy", "sample", "decoded.npy");
    }

    [Fact]
    public void A_small_encoder_gives_the_latents_of_the_original()
    {
        using var weights = Tiny(out var config);
        (config.GivesDistribution, config.Factor, config.LatentChannels, config.ScalingFactor, config.ShiftFactor).ShouldBe((false, 8, 4, 1f, 0f));
        using var graph = Graph.Load(config.Encoder(weights));
        Check(graph, "sample", "picture.npy", "latents", "encoded.npy");
    }

    [Fact]
    public void A_config_chooses_its_class()
    {
        IAutoencoderConfig.Read(TestFiles.Path("taesd", "config.json")).ShouldBeOfType<AutoencoderTinyConfig>();
        IAutoencoderConfig.Read(Path.Combine(TestFiles.Sprout, "vae", "config.json")).ShouldBeOfType<AutoencoderKlConfig>().GivesDistribution.ShouldBeTrue();
        Change("taesd", "_class_name", "\"AsymmetricAutoencoderKL\"");
        var message = Should.Throw<ModelFileException>(() => IAutoencoderConfig.Read(Config)).Message;
        new[] { "AsymmetricAutoencoderKL", "AutoencoderTiny", "VQModel", Config }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Theory]
    [InlineData("act_fn", "\"silu\"", "silu")]
    [InlineData("upsample_fn", "\"bilinear\"", "bilinear")]
    [InlineData("upsampling_scaling_factor", "4", "4")]
    [InlineData("out_channels", "4", "4")]
    [InlineData("num_decoder_blocks", "[1,1,1]", "3")]
    public void A_small_autoencoder_beyond_the_hub_is_refused(string key, string value, string says)
    {
        Change("taesd", key, value);
        var message = Should.Throw<ModelFileException>(() => IAutoencoderConfig.Read(Config)).Message;
        new[] { says, key, Config }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Fact]
    public void Latents_may_be_shifted_but_not_standardised()
    {
        var original = Path.Combine(TestFiles.Sprout, "vae", "config.json");
        var config = JsonNode.Parse(File.ReadAllText(original))!;
        config["shift_factor"] = 0.0609f;
        config["force_upcast"] = true;
        config["latents_mean"] = null;
        File.WriteAllText(Config, config.ToJsonString());
        AutoencoderKlConfig.Read(Config).ShiftFactor.ShouldBe(0.0609f);
        AutoencoderKlConfig.Read(original).ShiftFactor.ShouldBe(0);
        config["latents_mean"] = new JsonArray(0.1, 0.2);
        File.WriteAllText(Config, config.ToJsonString());
        Should.Throw<ModelFileException>(() => AutoencoderKlConfig.Read(Config)).Message.ShouldContain("latents_mean");
    }

    private static WeightSet Tiny(out IAutoencoderConfig config)
    {
        config = IAutoencoderConfig.Read(TestFiles.Path("taesd", "config.json"));
        return WeightSet.Open(TestFiles.Path("taesd", "diffusion_pytorch_model.safetensors"));
    }

    private static void Check(Graph graph, string input, string given, string output, string expected)
    {
        using var from = TestFiles.Npy("taesd", given);
        using var to = TestFiles.Npy("taesd", expected);
        using var actual = GraphTensor.Rent<float>([.. to.Shape]);
        graph.Run([(input, from)], [(output, actual)]);
        TestFiles.Error(actual, to).ShouldBeLessThan(Limit);
    }

    private void Change(string model, string key, string value)
    {
        var config = JsonNode.Parse(File.ReadAllText(TestFiles.Path(model, "config.json")))!;
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(Config, config.ToJsonString());
    }
}
