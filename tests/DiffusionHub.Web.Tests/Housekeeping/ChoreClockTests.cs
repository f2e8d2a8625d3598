using System.Diagnostics;
using DiffusionHub.Web.Shared.Housekeeping;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Housekeeping;

public sealed class ChoreClockTests : HouseTest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Two_nodes_run_a_chore_once()
    {
        var (a, b) = (new TestChore(), new TestChore());
        await using var first = Node("first", a);
        await using var second = Node("second", b);
        var clock = first.GetRequiredService<ChoreClock>();
        (await Task.WhenAll(clock.TryStartAsync(CancellationToken.None), second.GetRequiredService<ChoreClock>().TryStartAsync(CancellationToken.None)))
            .ShouldBe([true, true]);
        for (var n = 1; n <= 3; n++)
        {
            await clock.RunNowAsync("test", CancellationToken.None);
            await UntilAsync(async () => a.Runs + b.Runs >= n && await ScalarAsync("SELECT count(*) FROM quartz.fired_triggers") == 0);
            // The run's own trigger is gone: no node can find it any more.
            (await ScalarAsync("SELECT count(*) FROM quartz.triggers")).ShouldBe(1);
            (a.Runs + b.Runs).ShouldBe(n);
        }

        await clock.StopAsync(CancellationToken.None);
        await second.GetRequiredService<ChoreClock>().StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Chore_that_fails_is_shown_and_runs_again()
    {
        var chore = new TestChore { Fault = "The disk is away." };
        await using var node = Node("only", chore);
        var clock = node.GetRequiredService<ChoreClock>();
        (await clock.TryStartAsync(CancellationToken.None)).ShouldBeTrue();
        (await ViewAsync(clock)).Last.ShouldBeNull();
        await clock.RunNowAsync("test", CancellationToken.None);
        await UntilAsync(async () => (await ViewAsync(clock)).Last is not null);
        var failed = await ViewAsync(clock);
        failed.Last!.Error.ShouldBe("The disk is away.");
        failed.Enabled.ShouldBeTrue();
        failed.Next.ShouldNotBeNull().ShouldBeGreaterThan(DateTimeOffset.UtcNow);
        chore.Fault = null;
        await clock.RunNowAsync("test", CancellationToken.None);
        await UntilAsync(async () => (await ViewAsync(clock)).Last is { Error: null, Amount: 7 });
        chore.Runs.ShouldBe(2);
        await clock.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Chore_is_switched_off_for_all_nodes_and_after_a_restart()
    {
        await using (var node = Node("before", new TestChore()))
        {
            var clock = node.GetRequiredService<ChoreClock>();
            await clock.TryStartAsync(CancellationToken.None);
            await clock.EnableAsync("test", false, CancellationToken.None);
            await clock.StopAsync(CancellationToken.None);
        }

        // The next version has another time for it.
        var chore = new TestChore { Cron = "0 0 3 1 1 ?" };
        await using var next = Node("after", chore);
        var again = next.GetRequiredService<ChoreClock>();
        await again.TryStartAsync(CancellationToken.None);
        (await ViewAsync(again)).ShouldBe(new ChoreView("test", null, null, false, false));
        await again.RunNowAsync("test", CancellationToken.None);
        await UntilAsync(async () => (await ViewAsync(again)).Last is not null);
        (await ViewAsync(again)).Enabled.ShouldBeFalse();
        await again.EnableAsync("test", true, CancellationToken.None);
        var on = await ViewAsync(again);
        on.Enabled.ShouldBeTrue();
        on.Next.ShouldNotBeNull().Month.ShouldBe(1);
        await again.StopAsync(CancellationToken.None);
    }

    private static async Task<ChoreView> ViewAsync(ChoreClock clock) => (await clock.ReadAsync(CancellationToken.None)).Single();

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Deadline);
        }
    }

    private async Task<long> ScalarAsync(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed class TestChore : IChore
    {
        private int _runs;

        public string Name => "test";

        public string Cron { get; init; } = "0 0 3 1 6 ?";

        public string? Fault { get; set; }

        public int Runs => Volatile.Read(ref _runs);

        public Task<long> RunAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _runs);
            return Fault is null ? Task.FromResult(7L) : throw new IOException(Fault);
        }
    }
}
