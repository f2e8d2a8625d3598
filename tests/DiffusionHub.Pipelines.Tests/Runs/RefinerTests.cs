namespace DiffusionHub.Pipelines.Tests.Runs;

/// <summary>A model as its own refiner takes the steps that it would have taken anyway.</summary>
public sealed class RefinerTests : IDisposable
{
    private readonly IPipeline model = TestModels.Load("sd15");

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.8)]
    [InlineData(1)]
    public void Two_halves_of_a_way_are_the_way(double at)
    {
        var request = TestModels.Request(steps: 6, guidance: 3) with { NegativePrompt = "blurry" };
        var whole = model.Run(request);
        var steps = new List<(int, int, bool)>();
        var halves = model.Run(request with { Refiner = new RefinerChoice(TestModels.At("sd15"), at) }, (in StepProgress step) => steps.Add((step.Step, step.Steps, step.Refining)));
        TestFiles.Error(halves.Values, whole.Values).ShouldBeLessThan(1e-5);
        steps.Select(s => s.Item1).ShouldBe(Enumerable.Range(1, 6));
        steps.ShouldAllBe(s => s.Item2 == 6);
        var first = steps.Count(s => !s.Item3);
        first.ShouldBe(at switch { 0 => 0, 0.3 => 1, 0.8 => 4, _ => 6 });
        steps.Take(first).ShouldAllBe(s => !s.Item3);
    }

    // From a picture, only the last steps are run: a model that takes over before they begin takes all of them, and no more.
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.9)]
    public void A_way_that_begins_at_a_picture_is_not_made_longer(double at)
    {
        var request = TestModels.Request(steps: 6) with { Init = TestModels.Picture("sd15-img2img", "init.png"), Strength = 0.5 };
        var calls = 0;
        var halves = model.Run(request with { Refiner = new RefinerChoice(TestModels.At("sd15"), at) }, (in StepProgress _) => calls++);
        calls.ShouldBe(3);
        TestFiles.Error(halves.Values, model.Run(request).Values).ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void The_kept_part_stays_with_the_refiner_too()
    {
        var request = TestModels.Request(steps: 4) with
        {
            Init = TestModels.Picture("sd15-inpaint-4-channels", "init.png"), Mask = TestModels.Picture("sd15-inpaint-4-channels", "mask.png"), Strength = 1,
        };
        var halves = model.Run(request with { Refiner = new RefinerChoice(TestModels.At("sd15"), 0.5) });
        TestFiles.Error(halves.Values, model.Run(request).Values).ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void Adapters_and_ControlNets_are_the_first_models_alone()
    {
        var lora = new AdapterChoice(TestModels.Case("lora-kohya", "lora.safetensors"), 1);
        using var controlled = TestModels.Load("sd15-controlnet");
        var plain = TestModels.Request(steps: 4) with { Refiner = new RefinerChoice(TestModels.At("sd15"), 0) };
        var request = plain with { Adapters = [lora], Control = new ControlChoice(TestModels.Picture("sd15-controlnet", "control.png")) };
        // With nothing left for the first model, neither has a say.
        TestFiles.Error(controlled.Run(request).Values, controlled.Run(plain).Values).ShouldBe(0);
        var later = new RefinerChoice(TestModels.At("sd15"), 0.5);
        TestFiles.Error(controlled.Run(request with { Refiner = later }).Values, controlled.Run(plain with { Refiner = later }).Values).ShouldBeGreaterThan(1e-3);
    }

    [Fact]
    public void A_refiner_with_other_latents_is_refused()
    {
        var request = TestModels.Request() with { Refiner = new RefinerChoice(TestFiles.Sprout.Path, 0.5) };
        Should.Throw<UnfitRequestException>(() => model.Run(request)).ShouldSatisfyAllConditions(
            fault => fault.Field.ShouldBe("refiner"), fault => fault.Message.ShouldContain("8 channels"), fault => fault.Message.ShouldContain("the model's have 4"));
        model.Run(TestModels.Request()).Count.ShouldBe(1);
    }
}
