using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class NotificationTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Listener_hears_a_job_only_when_it_can_be_read()
    {
        await using var listener = new QueueListener(DataSource, Notifier.ChangedChannel);
        await listener.NextAsync(default);
        var submitted = Queue.SubmitAsync([Job()], [new NpgsqlBatchCommand("SELECT pg_sleep(0.2)")]);
        var heard = await UntilAsync(listener, s => s.Changed.Count > 0);
        (await Queue.ReadJobsAsync([.. heard.Changed])).Count.ShouldBe(1);
        heard.Changed.ShouldBe(await submitted);
    }

    [Fact]
    public async Task Rolled_back_submit_tells_nobody()
    {
        await using var listener = new QueueListener(DataSource, Notifier.ChangedChannel);
        await listener.NextAsync(default);
        await Should.ThrowAsync<PostgresException>(() => Queue.SubmitAsync([Job()], [new NpgsqlBatchCommand("SELECT 1 / 0")]));
        var id = await SubmitAsync();
        (await UntilAsync(listener, s => s.Changed.Count > 0)).Changed.ShouldBe([id]);
    }

    [Fact]
    public async Task Listener_reconnects_and_says_catch_up()
    {
        await using var listener = new QueueListener(DataSource, Notifier.JobsChannel);
        (await listener.NextAsync(default)).CatchUp.ShouldBeTrue();
        var next = listener.NextAsync(default);
        await ExecuteAsync($"SELECT pg_terminate_backend({listener.ServerProcess})");
        (await next).CatchUp.ShouldBeTrue();
        await SubmitAsync();
        (await UntilAsync(listener, s => s.JobsReady)).CatchUp.ShouldBeFalse();
    }

    [Fact]
    public async Task Ending_asked_again_after_a_lost_answer_is_told_again()
    {
        var id = await SubmitAsync();
        var claim = (await ClaimAsync(await WorkerAsync()))!;
        await Queue.FailAsync(claim, "x", retry: false);
        await Queue.DisposeAsync();
        await using var later = new JobQueue(DataSource);
        await using var listener = new QueueListener(DataSource, Notifier.ChangedChannel);
        await listener.NextAsync(default);
        (await later.FailAsync(claim, "x", retry: false)).ShouldBe(FailResult.Fenced);
        (await UntilAsync(listener, s => s.Changed.Count > 0)).Changed.ShouldBe([id]);
        (await later.ReleaseAsync(claim)).ShouldBeFalse();
        (await UntilAsync(listener, s => s.Changed.Count > 0)).Changed.ShouldBe([id]);
    }

    [Fact]
    public async Task Heartbeat_tells_of_its_worker_only_what_is_new()
    {
        var worker = await WorkerAsync();
        // What was told of it until now has been heard by those who listened.
        await Queue.DisposeAsync();
        await using var listener = new QueueListener(DataSource, Notifier.ChangedChannel);
        await listener.NextAsync(default);
        await using var later = new Notifier(DataSource);
        var registry = new WorkerRegistry(DataSource, later);
        await registry.HeartbeatAsync(worker, new WorkerCondition([], 1));
        (await UntilAsync(listener, s => s.Workers)).Changed.ShouldBeEmpty();
        await registry.HeartbeatAsync(worker, new WorkerCondition([], 2));
        later.Changed([7]);
        (await UntilAsync(listener, s => s.Changed.Count > 0)).Workers.ShouldBeFalse();
        await registry.HeartbeatAsync(worker, new WorkerCondition(["sprout"], 2));
        (await UntilAsync(listener, s => s.Workers)).Changed.ShouldBeEmpty();
    }

    [Fact]
    public void Many_tokens_are_split_and_too_many_become_read_everything()
    {
        var some = Enumerable.Range(0, 1_500).Select(i => $"S{1_000_000_000 + i}").ToArray();
        var payloads = Notifier.Payloads(some);
        payloads.Count.ShouldBeGreaterThan(1);
        payloads.ShouldAllBe(p => p.Length < 8_000);
        QueueSignal.Parse(payloads).Changed.Count.ShouldBe(some.Length);
        Notifier.Payloads([.. Enumerable.Range(0, 10_000).Select(i => $"S{1_000_000_000 + i}")]).ShouldBe(["*"]);
    }

    [Fact]
    public void Unknown_token_means_read_everything()
    {
        QueueSignal.Parse(["Z9"]).CatchUp.ShouldBeTrue();
        QueueSignal.Parse(["*"]).CatchUp.ShouldBeTrue();
        QueueSignal.Parse(["J P4 S5 C6 W L"]).CatchUp.ShouldBeFalse();
    }

    private static async Task<QueueSignal> UntilAsync(QueueListener listener, Func<QueueSignal, bool> wanted)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var signal in listener.ReadAsync(deadline.Token))
        {
            if (wanted(signal))
            {
                return signal;
            }
        }

        throw new TimeoutException("The signal did not come.");
    }
}
