using System.Text.Json.Nodes;
using DiffusionHub.Inference.Graphs.ControlNet;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Tests.Adapters;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

/// <summary>A ControlNet made of the tiny UNet's way down and of a head of its own, against the original in PyTorch (see goldens/README.md).</summary>
public sealed class ControlNetTests : IDisposable
{
    private const double Limit = 5e-6;
    private const int Residuals = 4;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-control-");

    private string Config => Path.Combine(folder.FullName, "config.json");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void What_is_added_and_what_comes_of_it_are_the_originals()
    {
        using var control = Control(TestFiles.Path("controlnet", "config.json"));
        control.Inputs.Keys.ShouldBe(["sample", "timestep", "encoder_hidden_states", "controlnet_cond", "conditioning_scale"]);
        var residuals = Run(control, Picture(blueFirst: false));
        foreach (var (name, value) in residuals)
        {
            using var expected = TestFiles.Npy("controlnet", name + ".npy");
            TestFiles.Error(value, expected).ShouldBeLessThan(Limit, name);
        }

        using var weights = WeightSet.Open(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors"));
        using var unet = Graph.Load(UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), weights, new UnetGraphOptions { ControlInputs = true }));
        using var output = TestFiles.Npy("controlnet", "output.npy");
        using var actual = GraphTensor.Rent<float>([.. output.Shape]);
        using var conditions = new Conditions();
        var added = residuals.Select((r, i) => (i < Residuals ? $"down_block_additional_residuals.{i}" : "mid_block_additional_residual", (GraphTensor)r.Value));
        unet.Run([.. conditions.Inputs, .. added], [("out_sample", actual)]);
        TestFiles.Error(actual, output).ShouldBeLessThan(Limit);
    }

    [Fact]
    public void A_picture_may_be_taken_with_blue_first()
    {
        Change("controlnet_conditioning_channel_order", "\"bgr\"");
        using var control = Control(Config);
        using var expected = TestFiles.Npy("controlnet", "mid_block_res_sample.npy");
        TestFiles.Error(Run(control, Picture(blueFirst: true))[^1].Value, expected).ShouldBeLessThan(Limit);
    }

    [Theory]
    [InlineData("cross_attention_dim", "48", "48", "32")]
    [InlineData("block_out_channels", "[16,64]", "16, 64", "16, 32")]
    [InlineData("layers_per_block", "2", "2, 2", "1, 1")]
    public void A_ControlNet_for_another_UNet_is_told_apart(string key, string value, params string[] says)
    {
        var unet = UnetConfig.Read(TestFiles.Path("unet", "config.json"));
        ControlNetConfig.Read(TestFiles.Path("controlnet", "config.json")).CheckFits("control", unet, "model");
        Change(key, value);
        var message = Should.Throw<ModelFileException>(() => ControlNetConfig.Read(Config).CheckFits("/control.safetensors", unet, "/model")).Message;
        says.Concat([key, "/control.safetensors", "/model"]).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Theory]
    [InlineData("global_pool_conditions", "true", "false")]
    [InlineData("controlnet_conditioning_channel_order", "\"gbr\"", "rgb")]
    [InlineData("conditioning_embedding_out_channels", "[]", "a list")]
    [InlineData("down_block_types", "[\"DownBlock2D\"]", "2")]
    public void A_ControlNet_beyond_the_hub_is_refused(string key, string value, string says)
    {
        Change(key, value);
        var message = Should.Throw<ModelFileException>(() => ControlNetConfig.Read(Config)).Message;
        new[] { says, key, Config }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    private static (string Name, GraphTensor<float> Value)[] Run(Graph control, GraphTensor<float> picture)
    {
        using var conditions = new Conditions();
        using var scale = GraphTensor.Rent<float>(1);
        scale.Values[0] = 1 / 2048f;
        long[][] shapes = [[2, 16, 8, 8], [2, 16, 8, 8], [2, 16, 4, 4], [2, 32, 4, 4], [2, 32, 4, 4]];
        (string Name, GraphTensor<float> Value)[] outputs =
            [.. shapes.Select((shape, i) => (i < Residuals ? $"down_block_res_samples.{i}" : "mid_block_res_sample", GraphTensor.Rent<float>(shape)))];
        control.Run([.. conditions.Inputs, ("controlnet_cond", picture), ("conditioning_scale", scale)], [.. outputs.Select(o => (o.Name, (GraphTensor)o.Value))]);
        return outputs;
    }

    private static GraphTensor<float> Picture(bool blueFirst)
    {
        var picture = GraphTensor.Rent<float>(2, 3, 64, 64);
        for (var i = 0; i < picture.Values.Length; i++)
        {
            var (image, channel, pixel) = (i / 12288, i / 4096 % 3, i % 4096);
            var at = (12288L * image) + (4096 * (blueFirst ? 2 - channel : channel)) + pixel;
            picture.Values[i] = ((31 * at * at) + (7 * at)) % 251 / 250f;
        }

        return picture;
    }

    // As one begins to train it: a copy of the UNet's way down, with a head.
    private Graph Control(string config)
    {
        var head = TestWeights.Read(TestFiles.Path("controlnet", "head.safetensors"));
        var copy = TestWeights.Read(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors")).Where(t => t.Key.Split('.')[0] is "conv_in" or "time_embedding" or "down_blocks" or "mid_block");
        var path = Path.Combine(folder.FullName, "control.safetensors");
        TestWeights.Write(path, new Dictionary<string, TestTensor>(head.Concat(copy)));
        using var weights = WeightSet.Open(path);
        return Graph.Load(ControlNetGraph.Write(ControlNetConfig.Read(config), weights));
    }

    private void Change(string key, string value)
    {
        var config = JsonNode.Parse(File.ReadAllText(TestFiles.Path("controlnet", "config.json")))!;
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(Config, config.ToJsonString());
    }

    private sealed class Conditions : IDisposable
    {
        private readonly GraphTensor<float> sample = TestFiles.Npy("unet", "sample.npy");
        private readonly GraphTensor<float> timestep = TestFiles.Npy("unet", "timestep.npy");
        private readonly GraphTensor<float> context = TestFiles.Npy("unet", "encoder_hidden_states.npy");

        public (string Name, GraphTensor Value)[] Inputs => [("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context)];

        public void Dispose()
        {
            sample.Dispose();
            timestep.Dispose();
            context.Dispose();
        }
    }
}
