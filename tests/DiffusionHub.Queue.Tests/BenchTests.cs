using DiffusionHub.Queue.Bench;
using DiffusionHub.Tests;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class BenchTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Measurement_has_its_figures_and_leaves_nothing_behind()
    {
        await using var owner = QueueDatabase.Open(TestServer.OwnerOf(ConnectionString), "tests");
        var result = await new QueueBench(DataSource, owner).RunAsync(new QueueBenchOptions(QueueBenchParts.All, Jobs: 200, LatencyJobs: 40, LatencyRate: 200, Workers: 2, DepthJobs: 2_000, DepthClaims: 20, DeadRows: 1_000, IdleSeconds: 1));
        TestContext.Current.TestOutputHelper!.WriteLine(result.ToString());
        result.Throughput!.JobsPerSecond.ShouldBeGreaterThan(0);
        result.OneByOne!.CommitsPerJob.ShouldBeGreaterThan(2);
        result.Latency!.Times.P50.ShouldBeLessThanOrEqualTo(result.Latency.Times.P99);
        result.Latency.ServerMilliseconds!.Value.ShouldBeGreaterThan(0);
        result.RecoverySeconds!.Value.ShouldBeInRange(1, 30);
        result.LateUsers!.ServedWithin.ShouldBe(2);
        result.LateUsers!.ShareOfC.ShouldBe(0.5, tolerance: 0.05);
        result.Idle!.ServerPercent!.Value.ShouldBeGreaterThanOrEqualTo(0);
        result.Depth!.AtLimit.Many.P50.ShouldBeGreaterThan(0);
        (await Queue.ListAsync(new JobFilter())).ShouldBeEmpty();
        (await Queue.ReadWorkersAsync()).ShouldBeEmpty();
    }
}
