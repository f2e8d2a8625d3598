using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

/// <summary>Several jobs of one worker that end in one transaction.</summary>
public sealed class BatchEndTests(QueueFixture fixture) : QueueTest(fixture)
{
    private const string Count = "UPDATE queue.setting SET counted = counted + 1";

    [Fact]
    public async Task Each_job_of_a_batch_is_fenced_by_itself()
    {
        var ids = await SubmitManyAsync(4);
        var worker = await WorkerAsync();
        var claims = await ClaimAllAsync(worker);
        await Queue.CancelAsync(ids[1], null);
        (await Queue.ReleaseAsync(claims[2])).ShouldBeTrue();
        var again = (await ClaimAsync(worker))!;
        (await FinishAsync(claims[3])).ShouldBe(FinishResult.Published);

        var results = await Queue.FinishAsync([.. claims.Reverse().Select(c => new FinishedJob(c, new JobResult(c.JobId), [new NpgsqlBatchCommand(Count)]))]);

        // The last one was published before, as a finish whose answer got lost; what goes with it went with it then.
        results.ShouldBe([FinishResult.Published, FinishResult.Fenced, FinishResult.Cancelled, FinishResult.Published]);
        (await ScalarAsync<long>("SELECT counted FROM queue.setting")).ShouldBe(1);
        (await ReadAsync(ids[0])).DeviceMilliseconds.ShouldBe(ids[0]);
        (await FinishAsync(again)).ShouldBe(FinishResult.Published);
    }

    [Fact]
    public async Task What_one_job_of_a_batch_cannot_publish_keeps_all_as_they_were()
    {
        await SubmitManyAsync(2);
        var claims = await ClaimAllAsync(await WorkerAsync());
        await Should.ThrowAsync<PostgresException>(() => Queue.FinishAsync(
            [new FinishedJob(claims[0], new JobResult(1), [new NpgsqlBatchCommand(Count)]), new FinishedJob(claims[1], new JobResult(1), [new NpgsqlBatchCommand("SELECT 1 / 0")])]));
        (await ScalarAsync<long>("SELECT counted + (SELECT count(*) FROM queue.outcome) FROM queue.setting")).ShouldBe(0);
        (await FinishAsync(claims[0])).ShouldBe(FinishResult.Published);
        (await FinishAsync(claims[1])).ShouldBe(FinishResult.Published);
    }

    [Fact]
    public async Task Batch_gives_back_all_the_room_that_its_persons_took()
    {
        foreach (var owner in new[] { Ada, Bob })
        {
            await Queue.SetShareAsync(owner, new Share(RunningLimit: 5));
        }

        await Queue.SubmitAsync([.. Enumerable.Range(0, 6).Select(i => Job(owner: i % 3 == 0 ? Bob : Ada))]);
        var claims = await Queue.ClaimAsync(await WorkerAsync(), 6);
        (await ScalarAsync<int[]>("SELECT array_agg(running ORDER BY owner_id) FROM queue.share")).ShouldBe([4, 2]);
        await Queue.FinishAsync([.. claims.Take(4).Select(c => new FinishedJob(c, new JobResult(1)))]);
        var left = claims.Skip(4).ToLookup(c => c.OwnerId);
        (await ScalarAsync<int[]>("SELECT array_agg(running ORDER BY owner_id) FROM queue.share")).ShouldBe([left[Ada].Count(), left[Bob].Count()]);
    }

    [Fact]
    public async Task Batch_is_one_workers()
    {
        await SubmitManyAsync(2);
        var (one, other) = ((await ClaimAsync(await WorkerAsync()))!, (await ClaimAsync(await WorkerAsync()))!);
        await Should.ThrowAsync<ArgumentException>(() => Queue.FinishAsync([new FinishedJob(one, new JobResult(1)), new FinishedJob(other, new JobResult(1))]));
    }

    private async Task<IReadOnlyList<JobClaim>> ClaimAllAsync(WorkerIdentity worker)
    {
        var claims = new List<JobClaim>();
        while (await ClaimAsync(worker) is { } claim)
        {
            claims.Add(claim);
        }

        return claims;
    }
}
