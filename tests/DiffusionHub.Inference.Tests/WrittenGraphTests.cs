using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Tests.Adapters;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

/// <summary>Graphs that the hub writes, against the originals in PyTorch on the same weights (see goldens/README.md).</summary>
public sealed class WrittenGraphTests
{
    private const double Limit = 5e-6;

    [Fact]
    public void A_UNet_gives_the_numbers_of_the_original_at_a_timestep_of_each_pictures_own()
    {
        using var graph = Unet();
        graph.Inputs.Keys.ShouldBe(["sample", "timestep", "encoder_hidden_states"]);
        using var sample = TestFiles.Npy("unet", "sample.npy");
        using var timestep = TestFiles.Npy("unet", "timestep.npy");
        using var context = TestFiles.Npy("unet", "encoder_hidden_states.npy");
        using var expected = TestFiles.Npy("unet", "output.npy");
        using var actual = GraphTensor.Rent<float>([.. expected.Shape]);
        graph.Run([("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context)], [("out_sample", actual)]);
        TestFiles.Error(actual, expected).ShouldBeLessThan(Limit);
        timestep.Values[0].ShouldNotBe(timestep.Values[1]);
    }

    [Theory]
    [InlineData(9, 7)]
    [InlineData(1, 1)]
    [InlineData(3, 16)]
    public void A_UNet_takes_sides_that_do_not_halve_evenly(int height, int width)
    {
        using var graph = Unet();
        using var sample = GraphTensor.Rent<float>(1, 4, height, width);
        using var timestep = GraphTensor.Rent<float>(1);
        using var context = GraphTensor.Rent<float>(1, 5, 32);
        using var output = GraphTensor.Rent<float>(1, 4, height, width);
        sample.Values.Fill(0.5f);
        timestep.Values[0] = 10;
        context.Values.Fill(0.25f);
        output.Values.Fill(float.NaN);
        graph.Run([("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context)], [("out_sample", output)]);
        output.Values.ToArray().ShouldAllBe(v => float.IsFinite(v));
    }

    [Fact]
    public void A_text_encoder_gives_the_states_and_the_vector_of_the_original()
    {
        var config = ClipTextConfig.Read(TestFiles.Path("text", "config.json"));
        using var weights = WeightSet.Open(TestFiles.Path("text", "model.safetensors"));
        using var graph = Graph.Load(ClipTextGraph.Write(config, weights));
        graph.Outputs.Keys.ShouldBe([
            .. Enumerable.Range(0, 5).SelectMany(i => new[] { $"hidden_states.{i}", $"normal_states.{i}" }), "last_hidden_state", "text_embeds",
        ]);
        using var ids = Ids(2);
        using var expectedStates = TestFiles.Npy("text", "hidden_states.3.npy");
        using var expectedVector = TestFiles.Npy("text", "text_embeds.npy");
        using var states = GraphTensor.Rent<float>([.. expectedStates.Shape]);
        using var vector = GraphTensor.Rent<float>([.. expectedVector.Shape]);
        graph.Run([("input_ids", ids)], [("hidden_states.3", states), ("text_embeds", vector)]);
        TestFiles.Error(states, expectedStates).ShouldBeLessThan(Limit);
        TestFiles.Error(vector, expectedVector).ShouldBeLessThan(Limit);
    }

    // What a text that skips layers is made of.
    [Fact]
    public void A_text_encoder_gives_every_layer_after_the_final_normalisation()
    {
        var config = ClipTextConfig.Read(TestFiles.Path("text", "config.json"));
        using var weights = WeightSet.Open(TestFiles.Path("text", "model.safetensors"));
        using var graph = Graph.Load(ClipTextGraph.Write(config, weights));
        var parameters = TestWeights.Read(weights.Path);
        var (scale, shift) = (parameters["text_model.final_layer_norm.weight"].Values, parameters["text_model.final_layer_norm.bias"].Values);
        using var ids = Ids(1);
        using var states = GraphTensor.Rent<float>(1, 77, config.Width);
        using var normal = GraphTensor.Rent<float>(1, 77, config.Width);
        using var expected = GraphTensor.Rent<float>(1, 77, config.Width);
        foreach (var layer in Enumerable.Range(0, config.Layers + 1))
        {
            graph.Run([("input_ids", ids)], [($"hidden_states.{layer}", states), ($"normal_states.{layer}", normal)]);
            for (var token = 0; token < 77; token++)
            {
                var vector = states.Values.Slice(token * config.Width, config.Width).ToArray();
                var mean = vector.Average(v => (double)v);
                var deviation = Math.Sqrt(vector.Average(v => (v - mean) * (v - mean)) + config.Epsilon);
                for (var i = 0; i < vector.Length; i++)
                {
                    expected.Values[(token * config.Width) + i] = (float)(((vector[i] - mean) / deviation * scale[i]) + shift[i]);
                }
            }

            TestFiles.Error(normal, expected).ShouldBeLessThan(Limit);
        }

        graph.Run([("input_ids", ids)], [("last_hidden_state", states)]);
        states.Values.SequenceEqual(normal.Values).ShouldBeTrue("the last is the whole encoder's");
    }

    [Fact]
    public void A_legacy_end_token_means_the_largest_id()
    {
        var config = ClipTextConfig.Read(TestFiles.Path("text", "config.json"));
        using var weights = WeightSet.Open(TestFiles.Path("text", "model.safetensors"));
        using var first = Graph.Load(ClipTextGraph.Write(config, weights));
        using var legacy = Graph.Load(ClipTextGraph.Write(config with { EndToken = null }, weights));
        using var ids = Ids(2);
        using var expected = GraphTensor.Rent<float>(2, 40);
        using var actual = GraphTensor.Rent<float>(2, 40);
        first.Run([("input_ids", ids)], [("text_embeds", expected)]);
        legacy.Run([("input_ids", ids)], [("text_embeds", actual)]);
        actual.Values.SequenceEqual(expected.Values).ShouldBeTrue("the end token has the largest id");
    }

    // The decoder is held to its original by the pipelines' tests.
    [Fact]
    public void An_encoder_gives_the_latents_of_the_original()
    {
        var config = AutoencoderKlConfig.Read(Path.Combine(TestFiles.Sprout, "vae", "config.json"));
        using var weights = WeightSet.Open(Path.Combine(TestFiles.Sprout, "vae", "diffusion_pytorch_model.safetensors"));
        using var encoder = Graph.Load(AutoencoderKlGraphs.Encoder(config, weights));
        using var picture = GraphTensor.Rent<float>(1, 3, 64, 96);
        using var expected = TestFiles.Npy("encoder", "latent_parameters.npy");
        using var actual = GraphTensor.Rent<float>([.. expected.Shape]);
        for (var i = 0; i < picture.Values.Length; i++)
        {
            picture.Values[i] = MathF.Sin((i % 96 / 30f) + (i / 96 % 64 / 20f)) * (1 - (i / 6144 * 0.3f));
        }

        encoder.Run([("sample", picture)], [("latent_parameters", actual)]);
        TestFiles.Error(actual, expected).ShouldBeLessThan(Limit);
    }

    private static Graph Unet()
    {
        using var weights = WeightSet.Open(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors"));
        return Graph.Load(UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), weights));
    }

    // The ids that the expected vectors were made from: begin, some words, the end token as padding.
    private static GraphTensor<long> Ids(int texts)
    {
        var ids = GraphTensor.Rent<long>(texts, 77);
        for (var i = 0; i < ids.Values.Length; i++)
        {
            ids.Values[i] = i % 77 == 0 ? 661 : i % 77 > 5 + (20 * (i / 77)) ? 662 : ((37 * i * i) + 11) % 661;
        }

        return ids;
    }
}
