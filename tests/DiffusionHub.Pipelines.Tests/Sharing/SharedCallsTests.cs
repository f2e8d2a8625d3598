using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.LatentDiffusion.Sharing;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Tests.Sharing;

/// <summary>Which calls of several runs are made as one.</summary>
public sealed class SharedCallsTests : IDisposable
{
    private const int Channels = 4;
    private readonly ModelParts parts = ModelReader.Read(ModelSource.At(TestModels.At("sd15")));
    private readonly Graph unet;
    private readonly List<(int Calls, long Samples)> made = [];
    private readonly SharedCalls shared;

    public SharedCallsTests()
    {
        unet = parts.Unet.Load(new([], Controlled: false));
        shared = new SharedCalls((calls, samples) => made.Add((calls, samples)));
    }

    public void Dispose() => unet.Dispose();

    [Fact]
    public async Task Calls_that_fit_are_one_and_those_of_another_size_are_another()
    {
        (int Samples, int Side)[] runs = [(1, 8), (2, 8), (1, 16), (1, 8)];
        var members = runs.Select(_ => shared.Join(default)).ToList();
        await Together.RunAsync([0, 1, 2, 3], i =>
        {
            using var member = members[i];
            return Call(member, runs[i].Samples, runs[i].Side);
        });
        made.Order().ShouldBe([(1, 1), (3, 4)]);
    }

    [Fact]
    public async Task Who_leaves_is_not_waited_for()
    {
        var members = Enumerable.Range(0, 3).Select(_ => shared.Join(default)).ToList();
        await Together.RunAsync([0, 1, 2], i =>
        {
            // The last one fails before its first call.
            using var member = members[i];
            return i == 2 ? 0 : Call(member, 1, 8);
        });
        made.ShouldBe([(2, 2)]);
    }

    [Fact]
    public async Task Refused_call_is_found_among_its_mates_and_they_are_made()
    {
        using var encoder = parts.TextEncoder(1).Load([]);
        var width = encoder.Outputs["last_hidden_state"].Shape[2];
        var members = Enumerable.Range(0, 4).Select(_ => shared.Join(default)).ToList();
        var said = await Together.RunAsync<int, string>([0, 1, 2, 3], i =>
        {
            using var member = members[i];
            using var ids = GraphTensor.Rent<long>(1, 77);
            using var states = Zeros(1, 77, width);
            // No text encoder has such a token: the whole run fails with it.
            ids.Values.Fill(i == 2 ? 1_000_000 : i);
            try
            {
                member.Run(encoder, new GraphCall([("input_ids", ids)], [("last_hidden_state", states)]));
                return states.Values.ContainsAnyExcept(0) ? "made" : "empty";
            }
            catch (InferenceException e)
            {
                return e.Message;
            }
        });
        said.Where((_, i) => i != 2).ShouldAllBe(word => word == "made");
        said[2].ShouldContain("did not run");
        made.Sum(call => call.Calls).ShouldBe(3);
    }

    [Fact]
    public async Task Cancelled_while_waiting_it_goes_and_the_next_call_is_made_without_it()
    {
        using var source = new CancellationTokenSource();
        var patient = shared.Join(default);
        var impatient = shared.Join(source.Token);
        var waiting = Task.Factory.StartNew(() => Call(impatient, 1, 8), TaskCreationOptions.LongRunning);
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        impatient.Dispose();
        Call(patient, 1, 8).ShouldBe(1);
        made.ShouldBe([(1, 1)]);
    }

    private int Call(SharedCalls.Membership member, int samples, int side)
    {
        using var sample = Zeros(samples, Channels, side, side);
        using var level = Zeros(samples);
        using var context = Zeros(samples, 77, unet.Inputs["encoder_hidden_states"].Shape[2]);
        using var result = Zeros(samples, Channels, side, side);
        member.Run(unet, new GraphCall([("sample", sample), ("timestep", level), ("encoder_hidden_states", context)], [("out_sample", result)]));
        return samples;
    }

    private static GraphTensor<float> Zeros(params long[] shape)
    {
        var tensor = GraphTensor.Rent<float>(shape);
        tensor.Values.Clear();
        return tensor;
    }
}
