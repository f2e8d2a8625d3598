using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Unet;

namespace DiffusionHub.Inference.Tests.Checkpoints;

/// <summary>Single files that cannot be used: the message names the file, what was expected and what was found, in the file's own names.</summary>
public sealed class CheckpointRefusalTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-refusal-");

    private string Model => Path.Combine(folder.FullName, "model.safetensors");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("model.ckpt", "PK\u0003\u0004 and more bytes")]
    [InlineData("model.pt", "{}")]
    [InlineData("model.safetensors", "PK\u0003\u0004 and more bytes")]
    public void What_can_run_code_is_not_opened(string name, string content)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, content);
        var message = Should.Throw<ModelFileException>(() => Checkpoint.Open(path)).Message;
        message.ShouldContain(path);
        message.ShouldContain("can run code");
        message.ShouldContain(".safetensors");
    }

    [Fact]
    public void An_unknown_file_is_described()
    {
        var file = new TensorFile().With("double_blocks.0.img_attn.qkv.weight", TensorFile.Random(1, 8, 8)).With("txt_in.weight", TensorFile.Random(2, 8, 8));
        Refused(file, "double_blocks.0.img_attn.qkv.weight", "txt_in.weight", "2 tensors", "Stable Diffusion 1, 2, XL");
    }

    [Fact]
    public void A_schedule_of_its_own_is_refused() =>
        Refused(TinyModel.Of(CheckpointKind.StableDiffusionXl).Single().With("edm_mean", TensorFile.Random(1, 4)), "edm_mean");

    [Fact]
    public void A_ControlNet_for_several_kinds_of_pictures_is_refused() =>
        Refused(new TensorFile().With("controlnet_cond_embedding.conv_in.weight", TensorFile.Random(1, 4, 3, 3, 3)).With("task_embedding", TensorFile.Random(2, 6, 4)), "task_embedding");

    [Theory]
    [InlineData("model.diffusion_model.middle_block.0.in_layers.0.weight", "lacks")]
    [InlineData("model.diffusion_model.input_blocks.1.1.transformer_blocks.0.ff.net.2.bias", "lacks")]
    public void A_tensor_that_is_missing_is_named_as_in_the_file(string name, string says)
    {
        var file = TinyModel.Of(CheckpointKind.StableDiffusion1).Single().With(name, null);
        var message = Should.Throw<ModelFileException>(() => Write(file)).Message;
        new[] { Model, name, says }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Fact]
    public void A_tensor_of_another_shape_is_named_as_in_the_file()
    {
        const string name = "model.diffusion_model.middle_block.0.out_layers.3.weight";
        var file = TinyModel.Of(CheckpointKind.StableDiffusion1).Single().With(name, TensorFile.Random(1, 128, 64, 3, 3));
        var message = Should.Throw<ModelFileException>(() => Write(file)).Message;
        new[] { Model, name, "[128, 128, 3, 3]", "[128, 64, 3, 3]" }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Fact]
    public void A_text_encoder_with_a_tensor_missing_is_refused()
    {
        const string name = "cond_stage_model.model.transformer.resblocks.1.mlp.c_fc.bias";
        var file = TinyModel.Of(CheckpointKind.StableDiffusion2).Single().With(name, null);
        using var checkpoint = Checkpoint.Open(file.Write(Model));
        Should.Throw<ModelFileException>(() => ClipTextGraph.Write(checkpoint.TextEncoders[0].Config, checkpoint.TextEncoders[0].Weights)).Message.ShouldContain(name);
    }

    [Fact]
    public void Query_key_and_value_that_cannot_be_divided_are_refused()
    {
        const string name = "transformer.resblocks.0.attn.in_proj_weight";
        Refused(TinyModel.Of(CheckpointKind.StableDiffusion2).Single().With("cond_stage_model.model." + name, TensorFile.Random(1, 191, 64)), name, "[191, 64]");
    }

    [Theory]
    [InlineData("model.diffusion_model.middle_block.3.norm.weight")]
    [InlineData("model.diffusion_model.output_blocks.0.3.conv.weight")]
    [InlineData("first_stage_model.decoder.up.1.attn.0.q.weight")]
    public void A_layer_that_the_hub_does_not_know_is_refused(string name)
    {
        var file = TinyModel.Of(CheckpointKind.StableDiffusion1).Single().With(name, TensorFile.Random(1, 64, 64));
        Should.Throw<ModelFileException>(() => Write(file)).Message.ShouldContain(name);
    }

    [Fact]
    public void Channels_of_no_known_variant_are_refused() => Refused(TinyModel.Of(CheckpointKind.StableDiffusion1, 6).Single(), "6 channels", "9 (inpainting)");

    [Fact]
    public void Transformers_of_different_depths_at_one_resolution_are_refused()
    {
        var file = TinyModel.Of(CheckpointKind.StableDiffusionXl).Single();
        const string last = "model.diffusion_model.middle_block.1.transformer_blocks.2.";
        foreach (var name in file.Keys.Where(k => k.StartsWith(last, StringComparison.Ordinal)).ToList())
        {
            file.Remove(name);
        }

        Refused(file, "different depths", "3, 2");
    }

    [Fact]
    public void Text_encoders_of_another_model_are_refused()
    {
        var file = TinyModel.Of(CheckpointKind.StableDiffusion1).Single();
        const string table = "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight";
        Refused(file.With(table, TensorFile.Random(1, 50, 128)), "128", "64");
    }

    [Fact]
    public void A_width_that_cannot_be_divided_into_heads_is_refused()
    {
        const string table = "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight";
        Refused(TinyModel.Of(CheckpointKind.StableDiffusion1).Single().With(table, TensorFile.Random(1, 50, 65)), "65", "multiple of 64");
    }

    private void Refused(TensorFile file, params string[] says)
    {
        var message = Should.Throw<ModelFileException>(() => Checkpoint.Open(file.Write(Model))).Message;
        says.Append(Model).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    private void Write(TensorFile file)
    {
        using var checkpoint = Checkpoint.Open(file.Write(Model));
        UnetGraph.Write(checkpoint.Unet!, checkpoint.UnetWeights!);
    }
}
