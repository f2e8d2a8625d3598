using DiffusionHub.Domain.Jobs;
using DiffusionHub.Queue;
using DiffusionHub.Web.Features.Admin.Queue;
using DiffusionHub.Web.Shared.Jobs;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class WaitTextTests
{
    [Fact]
    public void Each_reason_but_the_line_itself_has_a_sentence_of_its_own()
    {
        var reasons = Enum.GetValues<WaitReason>();
        WaitText.Why(WaitReason.Line, "sprout").ShouldBeNull();
        var sentences = reasons.Except([WaitReason.Line]).Select(r => WaitText.Why(r, "sprout").ShouldNotBeNull()).ToList();
        sentences.ShouldAllBe(s => s.EndsWith('.'));
        sentences.ShouldBeUnique();
        WaitText.Why(WaitReason.NoWorker, "sprout").ShouldBe("No worker has “sprout” right now. It starts as soon as one comes.");
        reasons.ShouldAllBe(r => WaitText.Place(r, 2).Length > 0);
    }

    [Theory]
    [InlineData(WaitReason.Line, 1, "Next in line")]
    [InlineData(WaitReason.Line, 3, "3rd in line")]
    [InlineData(WaitReason.LanePaused, 2, "2nd in line")]
    [InlineData(WaitReason.Line, null, "In line")]
    [InlineData(WaitReason.Time, null, "Starts later")]
    [InlineData(WaitReason.OtherJob, null, "Waits for another picture")]
    public void Place_reads_as_English(WaitReason reason, int? position, string text) => WaitText.Place(reason, position).ShouldBe(text);

    [Theory]
    [InlineData(-3, "soon")]
    [InlineData(0.9, "soon")]
    [InlineData(9.1, "about 10 s")]
    [InlineData(10.1, "about 12 s")]
    [InlineData(12, "about 12 s")]
    [InlineData(47, "about 50 s")]
    [InlineData(90, "about 90 s")]
    [InlineData(91, "about 2 min")]
    [InlineData(601, "about 15 min")]
    [InlineData(5401, "about 2 h")]
    public void Long_waits_are_told_coarsely(double seconds, string text) => WaitText.About(WaitReason.Line, TimeSpan.FromSeconds(seconds)).Words.ShouldBe(text);

    [Fact]
    public void Words_change_exactly_when_they_are_said_to()
    {
        var rest = TimeSpan.FromHours(3.2);
        var said = new List<string>();
        while (true)
        {
            var (words, rightFor) = WaitText.About(WaitReason.Pause, rest);
            said.Add(words);
            if (rightFor == Timeout.InfiniteTimeSpan)
            {
                break;
            }

            rightFor.ShouldBeGreaterThan(TimeSpan.Zero);
            WaitText.About(WaitReason.Pause, rest - rightFor + TimeSpan.FromMilliseconds(1)).Words.ShouldBe(words);
            rest -= rightFor;
        }

        said.ShouldBeUnique();
        (said[0], said[^2], said[^1]).ShouldBe(("in about 4 h", "in about 2 s", "soon"));
    }

    [Fact]
    public void Message_counts_from_when_it_is_sent()
    {
        var start = DateTimeOffset.UnixEpoch.AddSeconds(12);
        var update = Make.Update(1, JobState.Enqueued);
        update = update with { Job = update.Job with { Position = 3, WaitsFor = WaitReason.RunningLimit }, StartsAt = start };
        var message = JobMessage.From(update, start.AddSeconds(-2));
        (message.Position, message.WaitsFor, message.StartsInMilliseconds).ShouldBe((3, "RunningLimit", 2000));
        JobMessage.From(update, start.AddSeconds(5)).StartsInMilliseconds.ShouldBe(0);
        var begun = JobMessage.From(Make.Update(1, JobState.Processing), start);
        (begun.WaitsFor, begun.StartsInMilliseconds).ShouldBe((null, null));
    }

    [Fact]
    public void Error_of_foretold_starts_is_one_sentence() =>
        EtaErrorLine.Text(new EtaError(1200, 850, 4200, 61_000)).ShouldBe(
            "Starts foretold lately: half of them met within 0.9 s, nine in ten within 5 s (1,200 jobs in the last hour, half of them waited less than 65 s).");
}
