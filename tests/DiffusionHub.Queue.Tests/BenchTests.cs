using DiffusionHub.Queue.Bench;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class BenchTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Measurement_has_its_figures_and_leaves_nothing_behind()
    {
        var result = await new QueueBench(DataSource).RunAsync(new QueueBenchOptions(Jobs: 200, LatencyJobs: 40, Workers: 2));
        TestContext.Current.TestOutputHelper!.WriteLine(result.ToString());
        result.JobsPerSecond.ShouldBeGreaterThan(0);
        result.LatencyP50.ShouldBeLessThanOrEqualTo(result.LatencyP99);
        (await Queue.ListAsync(new JobFilter())).ShouldBeEmpty();
        (await Queue.ReadWorkersAsync()).ShouldBeEmpty();
    }
}
