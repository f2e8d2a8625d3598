using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

/// <summary>Runs that are ended in their middle, of a graph that counts to its input and would do so for hours.</summary>
public sealed class InterruptionTests : IDisposable
{
    private const long ForHours = 1L << 50;
    private readonly Graph counting;

    public InterruptionTests()
    {
        using var weights = new WeightPlan(Path.GetFullPath("nothing"), WeightType.Float32);
        counting = Graph.Load(Counting(weights));
    }

    public void Dispose() => counting.Dispose();

    [Fact]
    public async Task Run_ends_between_two_operators_and_the_graph_stays_usable()
    {
        using var source = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        var running = Task.Factory.StartNew(
            () =>
            {
                using var scope = Interruption.By(source.Token);
                begun.Set();
                return Count(ForHours);
            },
            TaskCreationOptions.LongRunning);
        begun.Wait(TestContext.Current.CancellationToken);
        await source.CancelAsync();
        (await Should.ThrowAsync<OperationCanceledException>(running)).CancellationToken.ShouldBe(source.Token);
        Count(5).ShouldBe(5);
    }

    [Fact]
    public async Task Who_waits_for_its_turn_on_the_device_can_be_interrupted_too()
    {
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var running = Task.Factory.StartNew(() => CountUnder(first.Token), TaskCreationOptions.LongRunning);
        var waiting = Task.Factory.StartNew(() => CountUnder(second.Token), TaskCreationOptions.LongRunning);
        await second.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        running.IsCompleted.ShouldBeFalse();
        await first.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public void Scope_ends_with_its_block()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        using (Interruption.By(source.Token))
        {
            Should.Throw<OperationCanceledException>(() => Count(1));
            using (Interruption.By(default))
            {
                Count(2).ShouldBe(2);
            }

            Should.Throw<OperationCanceledException>(() => Count(1));
        }

        Count(3).ShouldBe(3);
    }

    private long CountUnder(CancellationToken token)
    {
        using var scope = Interruption.By(token);
        return Count(ForHours);
    }

    private long Count(long to)
    {
        using var turns = GraphTensor.Rent<long>(1);
        using var counted = GraphTensor.Rent<long>(1);
        turns.Values[0] = to;
        counting.Run([("turns", turns)], [("counted", counted)]);
        return counted.Values[0];
    }

    private static WrittenGraph Counting(WeightSet weights)
    {
        var graph = new GraphBuilder("counting", weights);
        var turns = graph.ExactInput("turns", OnnxType.Int64, 1, 1);
        var body = graph.Body();
        body.Input(body.Fresh("turn"), OnnxType.Int64, 0);
        var goes = body.Input(body.Fresh("goes"), OnnxType.Bool, 0);
        var sum = body.ExactInput(body.Fresh("sum"), OnnxType.Int64, 1, 1);
        body.Output(body.Fresh("on"), OnnxType.Bool, goes);
        body.Output(body.Fresh("more"), OnnxType.Int64, body.Node("Add", 1, [sum.Name, body.Constant(1L)]), 1);
        var count = graph.Node("Squeeze", 0, [turns.Name]).Name;
        graph.Output("counted", OnnxType.Int64, graph.Nodes("Loop", "", 1, 1, [count, "", graph.Constant(0L)], GraphBuilder.BodyOf(body))[0], 1);
        return graph.Write();
    }
}
