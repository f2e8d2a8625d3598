using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Devices.Binding;

namespace DiffusionHub.Inference.Tests.Devices.Binding;

/// <summary>Which runs share what is bound and recorded.</summary>
public sealed class BindingCacheTests
{
    [Fact]
    public void Equal_shapes_share_and_others_do_not()
    {
        Shapes(1, 4).ShouldBe(Shapes(1, 4));
        Shapes(1, 4).GetHashCode().ShouldBe(Shapes(1, 4).GetHashCode());
        Shapes(1, 4).ShouldNotBe(Shapes(4, 1));
        using var whole = GraphTensor.Rent<long>(1, 4);
        using var output = GraphTensor.Rent<float>(2);
        new RunShapes([("x", whole)], [("y", output)]).ShouldNotBe(Shapes(1, 4));
    }

    [Fact]
    public void The_shapes_that_were_not_run_for_longest_are_let_go()
    {
        var (made, ended) = (new List<int>(), new List<int>());
        using (var sessions = new BoundSessions<Probe>(2))
        {
            For(sessions, 1).ShouldBe(1);
            For(sessions, 2).ShouldBe(2);
            For(sessions, 1).ShouldBe(1);
            For(sessions, 3).ShouldBe(3);
            ended.ShouldBe([2]);
            For(sessions, 1).ShouldBe(1);
            made.ShouldBe([1, 2, 3]);
        }

        ended.Order().ShouldBe([1, 2, 3]);

        int For(BoundSessions<Probe> sessions, int side) => sessions.For(Shapes(side), () =>
        {
            made.Add(side);
            return new Probe(side, ended);
        }).Side;
    }

    [Fact]
    public void A_binding_that_fails_is_not_kept()
    {
        using var sessions = new BoundSessions<Probe>(2);
        Should.Throw<InvalidOperationException>(() => sessions.For(Shapes(1), () => throw new InvalidOperationException()));
        sessions.For(Shapes(1), () => new Probe(7, [])).Side.ShouldBe(7);
    }

    [Fact]
    public void No_recordings_number_is_given_twice_and_there_is_an_end()
    {
        var recordings = new Recordings(2);
        new[] { recordings.Next(), recordings.Next(), recordings.Next(), recordings.Next() }.ShouldBe([0, 1, -1, -1]);
    }

    [Fact]
    public void A_run_is_told_its_number_and_whether_to_give_memory_back()
    {
        var gpu = new Device(DeviceKind.Cuda, 1);
        RunSettings.Entries(gpu, null, release: false).ShouldBeEmpty();
        RunSettings.Entries(gpu, 3, release: false).ShouldBe([new("gpu_graph_id", "3")]);
        RunSettings.Entries(gpu, null, release: true).ShouldBe([new("memory.enable_memory_arena_shrinkage", "gpu:1")]);
        RunSettings.Entries(Device.Cpu, null, release: true).ShouldBeEmpty();

        // What was recorded replays over the arena's addresses.
        RunSettings.Entries(gpu, 3, release: true).ShouldBe([new("gpu_graph_id", "3")]);
    }

    private static RunShapes Shapes(params long[] input)
    {
        using var x = GraphTensor.Rent<float>(input);
        using var y = GraphTensor.Rent<float>(2);
        return new RunShapes([("x", x)], [("y", y)]);
    }

    private sealed class Probe(int side, List<int> ended) : IDisposable
    {
        public int Side => side;

        public void Dispose() => ended.Add(side);
    }
}
