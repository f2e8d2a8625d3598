using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace DiffusionHub.Pipelines.Tests.Runs;

/// <summary>What a request gives does not depend on what was asked before.</summary>
public sealed class RepeatTests : IDisposable
{
    private readonly IPipeline model = TestModels.Load("sd15-controlnet");

    public static TheoryData<string, Func<PictureRequest, PictureRequest>> Others => new()
    {
        { "adapter", request => request with { Adapters = [new AdapterChoice(TestModels.Case("lora-kohya", "lora.safetensors"), 0.7)] } },
        { "vae", request => request with { Vae = TestModels.At("taesd") } },
        { "control", request => request with { Control = new ControlChoice(TestModels.Picture("sd15-controlnet", "control.png")) } },
        { "size", request => request with { Width = 96, Count = 2 } },
        { "picture", request => request with { Init = TestModels.Picture("sd15-img2img", "init.png") } },
        { "refiner", request => request with { Refiner = new RefinerChoice(TestModels.At("sd15-lcm"), 0.5) } },
        { "guidance", request => request with { Guidance = 7, NegativePrompt = "red" } },
    };

    public void Dispose() => model.Dispose();

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void The_same_request_gives_the_same_bits_whatever_came_between(string what, Func<PictureRequest, PictureRequest> change)
    {
        var plain = TestModels.Request();
        var changed = change(plain);
        var (first, other) = (Bits(plain), Bits(changed));
        other.ShouldNotBe(first, what);
        Bits(plain).ShouldBe(first, what);
        Bits(changed).ShouldBe(other, what);
        using var fresh = TestModels.Load("sd15-controlnet");
        Bits(changed, fresh).ShouldBe(other, what);
    }

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void A_cancelled_run_leaves_the_model_usable(string what, Func<PictureRequest, PictureRequest> change)
    {
        var changed = change(TestModels.Request());
        var whole = Bits(changed);
        using var source = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => model.Run(changed, (in StepProgress _) => source.Cancel(), source.Token), what);
        Should.Throw<OperationCanceledException>(() => model.Run(changed, cancellation: new CancellationToken(canceled: true)), what);
        Bits(changed).ShouldBe(whole, what);
    }

    [Fact]
    public void A_refused_request_leaves_the_model_usable()
    {
        var plain = TestModels.Request();
        var first = Bits(plain);
        Should.Throw<UnfitRequestException>(() => model.Run(plain with { Adapters = [new AdapterChoice(TestModels.Case("sd15", "case.json"), 1)] }));
        Should.Throw<UnfitRequestException>(() => model.Run(plain with { ClipSkip = 99 }));
        Should.Throw<UnfitRequestException>(() => model.Run(plain with { Refiner = new RefinerChoice(TestFiles.Sprout.Path, 0.5) }));
        Bits(plain).ShouldBe(first);
    }

    [Fact]
    public void A_picture_of_a_batch_is_the_picture_of_its_seed()
    {
        var request = TestModels.Request(steps: 3, guidance: 4) with
        {
            Count = 2, Sampler = "Euler a", Init = TestModels.Picture("sd15-img2img", "init.png"), Control = new ControlChoice(TestModels.Picture("sd15-controlnet", "control.png")),
        };
        var batch = model.Run(request).Values;
        var alone = model.Run(request with { Count = 1, Seed = request.Seed + 1 }).Values;
        TestFiles.Error(batch.AsSpan(alone.Length), alone).ShouldBeLessThan(1e-5);
        TestFiles.Error(batch.AsSpan(0, alone.Length), alone).ShouldBeGreaterThan(1e-2);
    }

    private string Bits(PictureRequest request, IPipeline? other = null) =>
        Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<float>((other ?? model).Run(request).Values)));
}
