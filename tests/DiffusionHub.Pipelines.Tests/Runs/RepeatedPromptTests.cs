using DiffusionHub.Pipelines.Tests.Prompts;

namespace DiffusionHub.Pipelines.Tests.Runs;

/// <summary>A repeated prompt skips the text encoder and changes no bit.</summary>
public sealed class RepeatedPromptTests : IDisposable
{
    private static readonly string Kohya = TestModels.Case("lora-kohya", "lora.safetensors");
    private static readonly string Peft = TestModels.Case("lora-peft", "lora.safetensors");
    private readonly PromptCounts counts = new();
    private readonly TestModels models = new();

    public void Dispose()
    {
        counts.Dispose();
        models.Dispose();
    }

    [Theory]
    [InlineData("sd15", 1)]
    [InlineData("sdxl-base", 2)]
    public void Every_encoder_reads_a_prompt_once_and_the_bits_are_those_of_a_fresh_model(string model, int encoders)
    {
        using var pipeline = TestModels.Load(model);
        var request = TestModels.Request("a (red:1.3) fox", guidance: 4) with { NegativePrompt = "blue", Emphasis = true };
        var first = pipeline.Run(request).Values;
        counts.Take().ShouldBe((0, 2 * encoders));
        pipeline.Run(request).Values.ShouldBe(first);
        counts.Take().ShouldBe((2 * encoders, 0));
        // The negative prompt is known, the prompt is not.
        var other = request with { Prompt = "a (red:1.2) fox" };
        var changed = pipeline.Run(other).Values;
        counts.Take().ShouldBe((encoders, encoders));
        TestFiles.Error(changed, first).ShouldBeGreaterThan(1e-4);
        using var fresh = TestModels.Load(model);
        fresh.Run(other).Values.ShouldBe(changed);
    }

    [Fact]
    public void Another_layer_is_another_text()
    {
        using var pipeline = TestModels.Load("sd15");
        var request = TestModels.Request();
        var first = pipeline.Run(request).Values;
        TestFiles.Error(pipeline.Run(request with { ClipSkip = 1 }).Values, first).ShouldBeGreaterThan(1e-4);
        counts.Take().ShouldBe((0, 2));
    }

    [Fact]
    public void Another_weight_of_an_adapter_another_file_and_a_replaced_one_are_other_texts()
    {
        using var pipeline = TestModels.Load("sd15");
        var path = models.New("style.safetensors");
        File.Copy(Kohya, path);
        var request = TestModels.Request(steps: 1);
        Run(request);
        var with = request with { Adapters = [new AdapterChoice(path, 0.7)] };
        Run(with);
        Run(request with { Adapters = [new AdapterChoice(path, 0.6)] });
        counts.Take().ShouldBe((0, 3));
        Run(with);
        Run(request);
        counts.Take().ShouldBe((2, 0));
        File.Copy(Peft, path, overwrite: true);
        Run(with);
        counts.Take().ShouldBe((0, 1));

        // Whatever came before, it is what a model gives that knows nothing yet.
        void Run(PictureRequest of)
        {
            var known = pipeline.Run(of).Values;
            using var fresh = TestModels.Load("sd15");
            var before = counts.Take();
            fresh.Run(of).Values.ShouldBe(known);
            counts.Restore(before);
        }
    }
}
