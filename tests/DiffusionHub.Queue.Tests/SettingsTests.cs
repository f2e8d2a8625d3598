using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class SettingsTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Lane_reads_back_what_was_set_and_the_others_stay()
    {
        var before = await Queue.ReadLanesAsync();
        before.Select(l => l.Lane).ShouldBe(["interactive", "normal", "bulk"]);
        var wanted = new LaneSettings("bulk", Paused: true, Draining: true, TimeSpan.FromSeconds(90.5), TimeSpan.FromSeconds(0.25));
        await Queue.SetLaneAsync("bulk", new LaneChange(wanted.Paused, wanted.Draining, wanted.MaxWait, wanted.Patience));
        var after = await Queue.ReadLanesAsync();
        after[2].ShouldBe(wanted);
        after.Take(2).ShouldBe(before.Take(2));

        await Queue.SetLaneAsync("bulk", new LaneChange(MaxWait: TimeSpan.Zero));
        (await Queue.ReadLanesAsync())[2].ShouldBe(wanted with { MaxWait = null });
        await Queue.SetLaneAsync("bulk", new LaneChange(Patience: before[2].Patience));
    }

    [Fact]
    public async Task Limits_read_back_what_was_set_and_null_leaves_a_value()
    {
        await Queue.SetLimitsAsync(queuedPerOwner: 7, queuedInAll: 70, refuseUnrunnable: true);
        (await Queue.ReadLimitsAsync()).ShouldBe(new QueueLimits(7, 70, true));
        await Queue.SetLimitsAsync(queuedInAll: 71);
        (await Queue.ReadLimitsAsync()).ShouldBe(new QueueLimits(7, 71, true));
    }

    public static TheoryData<string, string, string> OutOfRange => new()
    {
        { "wait", "Maximum wait in seconds", "604,800" },
        { "wait-", "Maximum wait in seconds", "from 0 " },
        { "patience", "Patience in seconds", "3,600" },
        { "patience-", "Patience in seconds", "from 0 " },
        { "owner", "Jobs of one person", "from 0 " },
        { "all", "Jobs in all", "from 0 " },
        { "weight", "Weight", "1,000" },
        { "weight-", "Weight", "0.001" },
        { "running", "Jobs running at once", "100,000" },
        { "running-", "Jobs running at once", "from 0 " },
        { "queued", "Jobs waiting or running", "from 0 " },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public async Task Refusal_names_the_field_and_its_limit_and_changes_nothing(string what, string field, string limit)
    {
        var (lanes, limits) = (await Queue.ReadLanesAsync(), await Queue.ReadLimitsAsync());
        var refused = await Should.ThrowAsync<QueueRefusedException>(() => what switch
        {
            "wait" => Queue.SetLaneAsync("bulk", new LaneChange(Paused: true, MaxWait: TimeSpan.FromSeconds(604_801))),
            "wait-" => Queue.SetLaneAsync("bulk", new LaneChange(Paused: true, MaxWait: TimeSpan.FromSeconds(-1))),
            "patience" => Queue.SetLaneAsync("bulk", new LaneChange(Paused: true, Patience: TimeSpan.FromSeconds(3601))),
            "patience-" => Queue.SetLaneAsync("bulk", new LaneChange(Paused: true, Patience: TimeSpan.FromSeconds(-1))),
            "owner" => Queue.SetLimitsAsync(queuedPerOwner: -1, queuedInAll: 5),
            "all" => Queue.SetLimitsAsync(queuedPerOwner: 5, queuedInAll: -1),
            "weight" => Queue.SetShareAsync(Ada, new Share(Weight: 1e9)),
            "weight-" => Queue.SetShareAsync(Ada, new Share(Weight: -2)),
            "running" => Queue.SetShareAsync(Ada, new Share(RunningLimit: 1_000_000_000)),
            "running-" => Queue.SetShareAsync(Ada, new Share(RunningLimit: -1)),
            _ => Queue.SetShareAsync(Ada, new Share(QueuedLimit: -1)),
        });
        refused.Message.ShouldStartWith(field);
        refused.Message.ShouldContain(limit);
        (await Queue.ReadLanesAsync()).ShouldBe(lanes);
        (await Queue.ReadLimitsAsync()).ShouldBe(limits);
        (await ScalarAsync<long>("SELECT count(*) FROM queue.share")).ShouldBe(0);
    }

    [Fact]
    public async Task Unknown_lane_is_refused_by_its_name() =>
        (await Should.ThrowAsync<QueueRefusedException>(() => Queue.SetLaneAsync("fast", new LaneChange(Draining: true)))).Message.ShouldContain("“fast”");
}
