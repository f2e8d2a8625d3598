namespace DiffusionHub.Pipelines.Tests.Runs;

public sealed class AdapterTests : IDisposable
{
    private static readonly string Kohya = TestModels.Case("lora-kohya", "lora.safetensors");
    private static readonly string Peft = TestModels.Case("lora-peft", "lora.safetensors");
    private readonly IPipeline model = TestModels.Load("sd15");
    private readonly TestModels models = new();

    public void Dispose()
    {
        model.Dispose();
        models.Dispose();
    }

    [Fact]
    public void A_weight_of_zero_is_no_adapter() =>
        TestFiles.Error(Run(new AdapterChoice(Kohya, 0), new AdapterChoice(Peft, 0)), Run()).ShouldBeLessThan(1e-6);

    [Fact]
    public void Adapters_add_up_in_any_order()
    {
        var (one, two) = (new AdapterChoice(Kohya, 0.7), new AdapterChoice(Peft, -0.4));
        var both = Run(one, two);
        TestFiles.Error(Run(two, one), both).ShouldBeLessThan(1e-5);
        TestFiles.Error(Run(one), both).ShouldBeGreaterThan(1e-3);
        TestFiles.Error(Run(two), both).ShouldBeGreaterThan(1e-3);
    }

    [Fact]
    public void An_adapter_and_its_opposite_are_none() =>
        TestFiles.Error(Run(new AdapterChoice(Kohya, 0.7), new AdapterChoice(Kohya, -0.7)), Run()).ShouldBeLessThan(1e-5);

    [Fact]
    public void An_adapter_of_another_width_is_refused()
    {
        var name = WeightFile.Read(Kohya).Names.First(n => n.StartsWith("lora_unet", StringComparison.Ordinal) && n.EndsWith("attn2_to_k.lora_down.weight", StringComparison.Ordinal));
        var wide = WeightFile.Read(Kohya);
        var shape = wide.Shape(name);
        wide.With(name, [shape[0], 768], new float[shape[0] * 768]).Write(models.New("wide.safetensors"));
        Refused(models.New("wide.safetensors"), "768");
    }

    [Fact]
    public void An_adapter_of_a_part_that_the_model_lacks_is_refused()
    {
        var path = new WeightFile().With("lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_up.weight", [8, 2], new float[16])
            .With("lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight", [2, 8], new float[16]).Write(models.New("second.safetensors"));
        Refused(path, "second.safetensors");
    }

    [Fact]
    public void A_file_that_is_no_adapter_or_is_not_there_is_refused()
    {
        Refused(TestModels.Case("sd15", "case.json"), "case.json");
        Refused(models.New("absent.safetensors"), "absent.safetensors");
        Refused(Path.Combine(TestModels.At("taesd"), "diffusion_pytorch_model.safetensors"), "diffusion_pytorch_model.safetensors");
    }

    [Fact]
    public void An_adapter_that_is_replaced_under_its_name_counts_anew()
    {
        var path = models.New("style.safetensors");
        File.Copy(Kohya, path);
        var before = Run(new AdapterChoice(path, 0.7));
        File.Copy(Peft, path, overwrite: true);
        var after = Run(new AdapterChoice(path, 0.7));
        TestFiles.Error(after, before).ShouldBeGreaterThan(1e-3);
        TestFiles.Error(after, Run(new AdapterChoice(Peft, 0.7))).ShouldBe(0);
    }

    private void Refused(string path, string said)
    {
        var fault = Should.Throw<UnfitRequestException>(() => Run(new AdapterChoice(path, 1)));
        fault.Field.ShouldBe("loras");
        fault.Message.ShouldContain(said);
        fault.Message.ShouldContain(path);
    }

    private float[] Run(params AdapterChoice[] adapters) => model.Run(TestModels.Request(steps: 1) with { Adapters = adapters }).Values;
}
