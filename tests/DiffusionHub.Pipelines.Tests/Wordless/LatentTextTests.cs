using System.Text.Json.Nodes;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Tests.Guides;
using DiffusionHub.Pipelines.Tests.Prompts;

namespace DiffusionHub.Pipelines.Tests.Wordless;

/// <summary>The first latent diffusion model with text: what guidance and words mean there.</summary>
public sealed class LatentTextTests : IDisposable
{
    private static readonly string[] Words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "red", "fox", "snow"];
    private readonly TestModels models = new();

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_scale_of_0_is_the_negative_prompts_picture_and_1_the_prompts()
    {
        using var pipeline = TestModels.Load(Folder());
        var request = Request("a red fox");
        var (fox, snow) = (pipeline.Run(request).Values, pipeline.Run(Request("snow")).Values);
        TestFiles.Error(fox, snow).ShouldBeGreaterThan(1e-3);
        TestFiles.Error(pipeline.Run(request with { Guidance = 0, NegativePrompt = "snow" }).Values, snow).ShouldBeLessThan(1e-5);
        TestFiles.Error(pipeline.Run(request with { NegativePrompt = "snow" }).Values, fox).ShouldBe(0);
        // Without a negative prompt it is the empty text's.
        TestFiles.Error(pipeline.Run(request with { Guidance = 3 }).Values, pipeline.Run(request with { Guidance = 3, NegativePrompt = "" }).Values).ShouldBe(0);
        TestFiles.Error(pipeline.Run(request with { Guidance = 3 }).Values, pipeline.Run(request with { Guidance = 3, NegativePrompt = "snow" }).Values).ShouldBeGreaterThan(1e-3);
    }

    [Fact]
    public void Brackets_are_no_words()
    {
        using var pipeline = TestModels.Load(Folder());
        TestFiles.Error(pipeline.Run(Request("a (red:1.3) [fox]") with { Emphasis = true }).Values, pipeline.Run(Request("a red fox")).Values).ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_classifier_of_pictures_leads_it(double guidance)
    {
        using var guides = new TestGuides();
        using var pipeline = TestModels.Load(Folder());
        pipeline.Description.TakesGuides.ShouldBeTrue();
        var request = Request("a red fox") with { Guidance = guidance, Guide = new GuideChoice(guides.Vit()) { Target = "fox", Scale = 50 } };
        TestFiles.Error(pipeline.Run(request).Values, pipeline.Run(request with { Guide = null }).Values).ShouldBeGreaterThan(1e-4);
    }

    [Fact]
    public void Repeated_prompt_is_not_read_again_and_gives_the_same_bits()
    {
        using var counts = new PromptCounts();
        using var pipeline = TestModels.Load(Folder());
        var request = Request("a red fox") with { Guidance = 3 };
        var first = pipeline.Run(request).Values;
        counts.Take().ShouldBe((0, 2));
        pipeline.Run(request).Values.ShouldBe(first);
        counts.Take().ShouldBe((2, 0));
        pipeline.Run(request with { Prompt = "snow" });
        counts.Take().ShouldBe((1, 1));
    }

    [Fact]
    public void It_says_what_it_is()
    {
        var model = KnownFamilies.Describe(ModelSource.At(Folder()));
        (model.Family, model.WithoutPrompt, model.TakesAdapters, model.TakesControlNets, model.MaxClipSkip, model.Base).ShouldBe(("LatentText", false, false, false, 0, null));
        model.Tasks.ShouldContain(KnownTasks.TextToImage);
    }

    [Fact]
    public void No_layer_can_be_left_out()
    {
        using var pipeline = TestModels.Load(Folder());
        Should.Throw<UnfitRequestException>(() => pipeline.Run(Request("a fox") with { ClipSkip = 1 })).Field.ShouldBe("clipSkip");
    }

    [Theory]
    [InlineData("max_position_embeddings", 76, "77")]
    [InlineData("d_model", 16, "32")]
    public void The_encoder_fits_the_pipeline(string key, int value, string expected)
    {
        var folder = Folder();
        TestModels.Edit(Path.Combine(folder, "bert", "config.json"), json => json[key] = value);
        var message = Should.Throw<ModelFolderException>(() => KnownFamilies.Describe(ModelSource.At(folder))).Message;
        new[] { key, expected, $"{value}", "bert" }.ShouldAllBe(word => message.Contains(word, StringComparison.Ordinal), message);
    }

    private static PictureRequest Request(string prompt) => TestModels.Request(prompt);

    // The tiny Stable Diffusion with another text encoder.
    private string Folder()
    {
        var folder = models.Copy("sd15", "ldm");
        Directory.Move(Path.Combine(folder, "vae"), Path.Combine(folder, "vqvae"));
        Directory.Delete(Path.Combine(folder, "text_encoder"), recursive: true);
        Directory.Delete(Path.Combine(folder, "tokenizer"), recursive: true);
        TestModels.Edit(Path.Combine(folder, "model_index.json"), json => (json["_class_name"], json["bert"]) = ("LDMTextToImagePipeline", new JsonArray("latent_diffusion", "LDMBertModel")));
        Directory.CreateDirectory(Path.Combine(folder, "tokenizer"));
        File.WriteAllLines(Path.Combine(folder, "tokenizer", "vocab.txt"), Words);
        File.WriteAllText(Path.Combine(folder, "tokenizer", "tokenizer_config.json"), """{"do_lower_case":true}""");
        Directory.CreateDirectory(Path.Combine(folder, "bert"));
        File.WriteAllText(Path.Combine(folder, "bert", "config.json"), $$"""{"vocab_size":{{Words.Length}},"max_position_embeddings":77,"d_model":32,"encoder_ffn_dim":16,"encoder_layers":1,"encoder_attention_heads":2,"head_dim":8}""");
        FormulaFolder.Weights(new()
        {
            ["model.embed_tokens.weight"] = [Words.Length, 32], ["model.embed_positions.weight"] = [77, 32],
            ["model.layers.0.self_attn.q_proj.weight"] = [16, 32], ["model.layers.0.self_attn.k_proj.weight"] = [16, 32], ["model.layers.0.self_attn.v_proj.weight"] = [16, 32],
            ["model.layers.0.self_attn.out_proj.weight"] = [32, 16], ["model.layers.0.self_attn.out_proj.bias"] = [32],
            ["model.layers.0.self_attn_layer_norm.weight"] = [32], ["model.layers.0.self_attn_layer_norm.bias"] = [32],
            ["model.layers.0.fc1.weight"] = [16, 32], ["model.layers.0.fc1.bias"] = [16], ["model.layers.0.fc2.weight"] = [32, 16], ["model.layers.0.fc2.bias"] = [32],
            ["model.layers.0.final_layer_norm.weight"] = [32], ["model.layers.0.final_layer_norm.bias"] = [32],
            ["model.layer_norm.weight"] = [32], ["model.layer_norm.bias"] = [32],
        }).Write(Path.Combine(folder, "bert", "model.safetensors"));
        return folder;
    }
}
