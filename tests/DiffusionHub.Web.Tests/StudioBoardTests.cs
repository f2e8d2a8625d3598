using DiffusionHub.Domain.Jobs;
using DiffusionHub.Queue;
using DiffusionHub.Web.Features.Studio;
using DiffusionHub.Web.Shared.Jobs;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class StudioBoardTests
{
    private readonly StudioBoard _board = new();

    [Fact]
    public void Newest_request_stands_first_and_its_pictures_in_order()
    {
        _board.Apply([Make.Update(2, JobState.Enqueued, 1), Make.Update(1, JobState.Enqueued, 1), Make.Update(4, JobState.Enqueued, 2), Make.Update(3, JobState.Enqueued, 2)]);
        _board.Groups.Select(g => g.Select(j => j.JobId)).ShouldBe([[3, 4], [1, 2]]);
        _board.LiveCount.ShouldBe(4);
    }

    [Theory]
    [InlineData(JobState.Succeeded)]
    [InlineData(JobState.Failed)]
    [InlineData(JobState.Deleted)]
    public void Ended_job_stays_ended_whatever_comes_late(JobState end)
    {
        _board.Apply([Make.Update(1, JobState.Processing, step: 1)]);
        _board.Apply([Make.Update(1, end)]);
        _board.Apply([Make.Update(1, JobState.Processing, step: 3)]);
        _board.Apply([Make.Update(1, JobState.Enqueued)]);
        _board.Jobs.ShouldHaveSingleItem().State.ShouldBe(end);
    }

    [Fact]
    public void Ended_job_still_learns_its_picture()
    {
        var picture = Guid.NewGuid();
        _board.Apply([Make.Update(1, JobState.Succeeded)]);
        _board.Apply([Make.Update(1, JobState.Succeeded, picture: picture)]);
        _board.Jobs.ShouldHaveSingleItem().PictureId.ShouldBe(picture);
    }

    [Fact]
    public void Last_preview_stays_until_the_next_and_beneath_the_picture()
    {
        _board.Apply([Make.Update(1, JobState.Processing, step: 1, preview: [1, 2, 3])]);
        _board.Apply([Make.Update(1, JobState.Processing, step: 2)]);
        _board.Jobs.Single().Preview.ShouldBe("data:image/webp;base64,AQID");
        _board.Apply([Make.Update(1, JobState.Succeeded, picture: Guid.NewGuid())]);
        _board.Jobs.Single().Preview.ShouldBe("data:image/webp;base64,AQID");
    }

    [Fact]
    public void Start_that_was_foretold_holds_until_another_is_or_it_waits_for_something_else()
    {
        var start = DateTimeOffset.UnixEpoch.AddSeconds(12);
        _board.Apply([Waiting(WaitReason.Line) with { StartsAt = start }]);
        _board.Apply([Waiting(WaitReason.Line)]);
        _board.Jobs.Single().StartsAt.ShouldBe(start);
        _board.Apply([Waiting(WaitReason.Line) with { StartsAt = start.AddSeconds(5) }]);
        _board.Jobs.Single().StartsAt.ShouldBe(start.AddSeconds(5));
        _board.Apply([Waiting(WaitReason.LanePaused)]);
        (_board.Jobs.Single().StartsAt, _board.Jobs.Single().WaitsFor).ShouldBe((null, WaitReason.LanePaused));

        static JobUpdate Waiting(WaitReason reason)
        {
            var update = Make.Update(1, JobState.Enqueued);
            return update with { Job = update.Job with { WaitsFor = reason } };
        }
    }

    [Fact]
    public void What_the_feed_told_stays_over_an_older_read()
    {
        _board.Apply([Make.Update(1, JobState.Processing, 1)]);
        _board.ApplyRead([Make.Update(1, JobState.Enqueued, 1), Make.Update(2, JobState.Enqueued, 1)]);
        _board.Jobs.Select(j => (j.JobId, j.State)).Order().ShouldBe([(1L, JobState.Processing), (2L, JobState.Enqueued)]);
    }

    [Fact]
    public void Old_ended_jobs_leave_and_live_ones_never()
    {
        _board.Apply([.. Enumerable.Range(1, 10).Select(id => Make.Update(id, JobState.Enqueued, 1))]);
        _board.Apply([.. Enumerable.Range(11, 100).Select(id => Make.Update(id, JobState.Succeeded, id, picture: Guid.NewGuid()))]);
        _board.LiveCount.ShouldBe(10);
        _board.Jobs.Where(j => !j.IsLive).Select(j => j.JobId).Order().ShouldBe(Enumerable.Range(111 - StudioBoard.Most, StudioBoard.Most).Select(id => (long)id));
    }

    [Fact]
    public void Board_of_the_prerendered_page_goes_on()
    {
        _board.Apply([Make.Update(1, JobState.Processing, step: 2, preview: [1])]);
        var live = new StudioBoard();
        live.Restore(_board.Jobs);
        live.Groups.ShouldHaveSingleItem().ShouldHaveSingleItem().ShouldBe(_board.Jobs.Single());
    }
}
