using System.Text.Json;
using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.ControlNet;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Checkpoints;

/// <summary>Graphs over a single file in the original names compute what graphs over the same weights in diffusers' names do.</summary>
public sealed class CheckpointGraphTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-checkpoint-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(CheckpointKind.StableDiffusion1, false)]
    [InlineData(CheckpointKind.StableDiffusion2, false)]
    [InlineData(CheckpointKind.StableDiffusionXl, false)]
    [InlineData(CheckpointKind.StableDiffusionXl, true)]
    [InlineData(CheckpointKind.StableDiffusionXlRefiner, true)]
    public void A_single_file_gives_the_numbers_of_its_parts(CheckpointKind kind, bool half)
    {
        var model = TinyModel.Of(kind);
        using var checkpoint = Checkpoint.Open(model.Single().Write(At("single.safetensors"), half));
        checkpoint.Kind.ShouldBe(kind);
        checkpoint.Missing.ShouldBeEmpty();
        Json(checkpoint.Unet).ShouldBe(Json(model.Unet));
        Json(checkpoint.Vae).ShouldBe(Json(model.Vae));
        Json(checkpoint.TextEncoders.Select(encoder => encoder.Config)).ShouldBe(Json(model.Texts));

        Same(w => UnetGraph.Write(model.Unet, w), model.UnetTensors, UnetGraph.Write(checkpoint.Unet!, checkpoint.UnetWeights!), half, kind == CheckpointKind.StableDiffusionXl ? 6 : 5);
        Same(w => AutoencoderKlGraphs.Decoder(model.Vae, w), model.VaeTensors, AutoencoderKlGraphs.Decoder(checkpoint.Vae!, checkpoint.VaeWeights!), half);
        Same(w => AutoencoderKlGraphs.Encoder(model.Vae, w), model.VaeTensors, AutoencoderKlGraphs.Encoder(checkpoint.Vae!, checkpoint.VaeWeights!), half);
        foreach (var ((config, weights), i) in checkpoint.TextEncoders.Select((encoder, i) => (encoder, i)))
        {
            Same(w => ClipTextGraph.Write(model.Texts[i], w), model.TextTensors[i], ClipTextGraph.Write(config, weights), half);
        }
    }

    [Theory]
    [InlineData("model.diffusion_model.")]
    [InlineData("")]
    public void A_UNet_alone_gives_its_numbers(string prefix)
    {
        var model = TinyModel.Of(CheckpointKind.StableDiffusion1);
        using var checkpoint = Checkpoint.Open(OriginalNames.Behind(prefix, model.OriginalUnet()).Write(At("unet-only.safetensors")));
        checkpoint.Kind.ShouldBe(CheckpointKind.Unet);
        checkpoint.Family.ShouldBe(CheckpointKind.StableDiffusion1);
        checkpoint.Missing.ShouldBe([CheckpointPart.TextEncoders, CheckpointPart.Vae]);
        Same(w => UnetGraph.Write(model.Unet, w), model.UnetTensors, UnetGraph.Write(checkpoint.Unet!, checkpoint.UnetWeights!));
    }

    [Fact]
    public void A_UNet_in_diffusers_names_gives_its_numbers()
    {
        var model = TinyModel.Of(CheckpointKind.StableDiffusionXlRefiner);
        using var checkpoint = Checkpoint.Open(model.UnetTensors.Write(At("diffusers.safetensors")));
        checkpoint.Kind.ShouldBe(CheckpointKind.Unet);
        checkpoint.Family.ShouldBe(CheckpointKind.StableDiffusionXlRefiner);
        Json(checkpoint.Unet! with { SizeWidth = model.Unet.SizeWidth }).ShouldBe(Json(model.Unet), "only the text encoder tells the length of a size vector");
        Same(w => UnetGraph.Write(model.Unet, w), model.UnetTensors, UnetGraph.Write(model.Unet, checkpoint.UnetWeights!));
    }

    [Theory]
    [InlineData("first_stage_model.", true)]
    [InlineData("", true)]
    [InlineData("", false)]
    public void An_autoencoder_alone_gives_its_numbers(string prefix, bool original)
    {
        var model = TinyModel.Of(CheckpointKind.StableDiffusion1);
        var tensors = original ? OriginalNames.Behind(prefix, OriginalNames.Vae(model.VaeTensors)) : model.VaeTensors;
        using var checkpoint = Checkpoint.Open(tensors.Write(At("vae-only.safetensors")));
        checkpoint.Kind.ShouldBe(CheckpointKind.Vae);
        Json(checkpoint.Vae).ShouldBe(Json(model.Vae));
        checkpoint.Missing.ShouldBeEmpty();
        Same(w => AutoencoderKlGraphs.Decoder(model.Vae, w), model.VaeTensors, AutoencoderKlGraphs.Decoder(checkpoint.Vae!, checkpoint.VaeWeights!));
        Same(w => AutoencoderKlGraphs.Encoder(model.Vae, w), model.VaeTensors, AutoencoderKlGraphs.Encoder(checkpoint.Vae!, checkpoint.VaeWeights!));
    }

    [Theory]
    [InlineData("control_model.", true)]
    [InlineData("", true)]
    [InlineData("", false)]
    public void A_ControlNet_gives_its_numbers(string prefix, bool original)
    {
        var (config, tensors) = TinyModel.Of(CheckpointKind.StableDiffusion1).ControlNet();
        using var checkpoint = Checkpoint.Open((original ? OriginalNames.Behind(prefix, OriginalNames.Unet(tensors)) : tensors).Write(At("control.safetensors")));
        checkpoint.Kind.ShouldBe(CheckpointKind.ControlNet);
        checkpoint.Family.ShouldBe(CheckpointKind.StableDiffusion1);
        checkpoint.Unet.ShouldBeNull();
        checkpoint.ControlNet!.PictureWidths.ShouldBe(config.PictureWidths);
        Same(w => ControlNetGraph.Write(config, w), tensors, ControlNetGraph.Write(checkpoint.ControlNet, checkpoint.ControlNetWeights!));
    }

    private static string Json(object? config) => JsonSerializer.Serialize(config);

    private string At(string name) => Path.Combine(folder.FullName, name);

    // The projection of OpenCLIP lies the other way round, for which the runtime may add in another order.
    private void Same(Func<WeightSet, WrittenGraph> write, TensorFile tensors, WrittenGraph actual, bool half = false, int sizes = 5)
    {
        using var weights = WeightSet.Open(tensors.Write(At("expected.safetensors"), half));
        using var first = Graph.Load(write(weights));
        using var second = Graph.Load(actual);
        var expected = GraphRun.Outputs(first, sizes);
        var found = GraphRun.Outputs(second, sizes);
        found.Keys.ShouldBe(expected.Keys);
        foreach (var (name, values) in expected)
        {
            values.ShouldAllBe(v => float.IsFinite(v));
            values.Distinct().Count().ShouldBeGreaterThan(values.Length / 2, $"{name} tells weights apart");
            values.Zip(found[name], (a, b) => MathF.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(name == "text_embeds" ? 1e-6f : 0f, name);
        }
    }
}
