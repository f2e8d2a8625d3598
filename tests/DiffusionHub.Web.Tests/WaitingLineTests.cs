using DiffusionHub.Domain.Jobs;
using DiffusionHub.Domain.People;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Jobs;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class WaitingLineTests
{
    private static readonly HashSet<Guid> Me = [User.LocalId];

    private readonly StoppedTime _time = new();
    private readonly WaitingLine _line;

    public WaitingLineTests() => _line = new WaitingLine(_time);

    [Fact]
    public void Nothing_is_due_while_nobody_watches_a_waiting_job()
    {
        _line.Moved();
        _line.DueIn.ShouldBeNull();
        _line.Take([Make.Update(1, JobState.Processing), Make.Update(2, JobState.Succeeded)], Me);
        _line.DueIn.ShouldBeNull();
        _line.Take([Make.Update(3, JobState.Enqueued)], new HashSet<Guid>());
        _line.DueIn.ShouldBeNull();
        _line.Take([Make.Update(3, JobState.Enqueued)], Me);
        _line.IsDue.ShouldBeTrue();
        _line.Take([Make.Update(3, JobState.Processing)], Me);
        _line.DueIn.ShouldBeNull();
    }

    [Fact]
    public void Line_is_read_at_most_once_a_second_and_seldom_while_nothing_moves()
    {
        _line.TakeShown([At(1, 3)]);
        _line.DueIn.ShouldBe(WaitingLine.Refresh);
        _line.Moved();
        _line.DueIn.ShouldBe(WaitingLine.Pause);
        _time.Advance(WaitingLine.Pause);
        _line.IsDue.ShouldBeTrue();
        _line.TakeRead(_line.Ask(Me), [At(1, 2)]);
        _line.DueIn.ShouldBe(WaitingLine.Refresh);
        _time.Advance(WaitingLine.Pause);
        _line.IsDue.ShouldBeFalse();
        _time.Advance(WaitingLine.Refresh);
        _line.DueIn.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Slow_reading_is_done_less_often()
    {
        _line.Take([At(1, 3)], Me);
        Read(TimeSpan.FromMilliseconds(300));
        _line.DueIn.ShouldBe(WaitingLine.Refresh);
        _line.Moved();
        _line.DueIn.ShouldBe(TimeSpan.FromSeconds(3));
        Read(TimeSpan.FromSeconds(1));
        _line.DueIn.ShouldBe(TimeSpan.FromSeconds(10));
        Read(TimeSpan.FromMilliseconds(10));
        _line.Moved();
        _line.DueIn.ShouldBe(WaitingLine.Pause);

        void Read(TimeSpan took)
        {
            var asked = _line.Ask(Me);
            _time.Advance(took);
            _line.TakeRead(asked, [At(1, 3)]);
        }
    }

    [Theory]
    [InlineData(20.0, 20.9, false)] // below a second
    [InlineData(20.0, 22.5, true)]
    [InlineData(20.0, 17.5, true)]
    [InlineData(100.0, 108.0, false)] // below a tenth
    [InlineData(100.0, 115.0, true)]
    [InlineData(20.0, null, true)]
    [InlineData(null, 20.0, true)]
    [InlineData(null, null, false)]
    public void Start_is_told_again_where_people_would_notice(double? told, double? now, bool news)
    {
        _line.Take([At(1, 2, told)], Me);
        _line.TakeRead([1], [At(1, 2, now)]).Count.ShouldBe(news ? 1 : 0);
    }

    [Fact]
    public void Small_moves_add_up_to_one_that_is_told()
    {
        _line.Take([At(1, 2, 20)], Me);
        _line.TakeRead([1], [At(1, 2, 20.9)]).ShouldBeEmpty();
        _line.TakeRead([1], [At(1, 2, 21.8)]).ShouldBeEmpty();
        _line.TakeRead([1], [At(1, 2, 22.7)]).ShouldHaveSingleItem();
    }

    [Fact]
    public void Other_place_and_other_reason_are_told()
    {
        _line.Take([At(1, 2), At(2, 3), At(3, 4)], Me);
        _line.TakeRead([1, 2, 3], [At(1, 1), At(2, 3, reason: WaitReason.LanePaused), At(3, 4)]).Select(u => u.Job.JobId).ShouldBe([1, 2]);
    }

    [Fact]
    public void Who_was_told_something_else_by_the_feed_hears_of_it_although_another_page_has_read_it()
    {
        _line.Take([At(1, 5)], Me);
        _line.TakeShown([At(1, 3)]);
        _line.TakeRead([1], [At(1, 3)]).ShouldHaveSingleItem().Job.Position.ShouldBe(3);
    }

    [Fact]
    public void Job_that_began_meanwhile_is_left_to_its_own_signal_and_forgotten()
    {
        _line.Take([At(1, 1), At(2, 2)], Me);
        _line.TakeRead([1, 2], [Make.Update(1, JobState.Processing)]).ShouldBeEmpty();
        _line.DueIn.ShouldBeNull();
    }

    [Fact]
    public void Start_that_was_foretold_is_told_again_with_a_change_that_was_read_without_it()
    {
        _line.Take([At(1, 3, 20)], Me);
        _line.Take([At(1, 2)], Me).ShouldHaveSingleItem().StartsAt.ShouldBe(_time.GetUtcNow().AddSeconds(20));
        _line.Take([At(1, 2, reason: WaitReason.NoWorker)], Me).ShouldHaveSingleItem().StartsAt.ShouldBeNull();
    }

    [Fact]
    public void Only_jobs_of_those_who_watch_are_asked_for_and_of_each_the_first()
    {
        var other = Guid.NewGuid();
        var theirs = At(1000, 1);
        _line.TakeShown([.. Enumerable.Range(1, WaitingLine.Most + 5).Reverse().Select(i => At(i, i)), theirs with { Job = theirs.Job with { OwnerId = other } }]);
        _line.Ask(Me).ShouldBe(Enumerable.Range(1, WaitingLine.Most).Select(i => (long)i), ignoreOrder: true);
        _line.Ask(new HashSet<Guid> { other }).ShouldBeEmpty();
        _line.DueIn.ShouldBeNull();
    }

    private JobUpdate At(long id, int position, double? seconds = null, WaitReason reason = WaitReason.Line)
    {
        var update = Make.Update(id, JobState.Enqueued);
        return update with
        {
            Job = update.Job with { Position = position, WaitsFor = reason },
            StartsAt = seconds is { } s ? _time.GetUtcNow().AddSeconds(s) : null,
        };
    }
}
