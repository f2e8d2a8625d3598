using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class ClaimCourtesyTests
{
    [Fact]
    public void Who_comes_too_late_again_and_again_waits_longer_but_never_long_and_who_took_a_job_is_first()
    {
        var courtesy = new ClaimCourtesy();
        courtesy.Pause.ShouldBe(TimeSpan.Zero);
        var pauses = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            courtesy.CameTooLate();
            pauses.Add(courtesy.Pause.TotalMilliseconds);
        }

        pauses.ShouldBe([2, 4, 8, 16, 16, 16]);
        courtesy.Took(1, limit: 8);
        courtesy.Pause.TotalMilliseconds.ShouldBe(8);
        courtesy.Took(8, limit: 8);
        courtesy.Pause.ShouldBe(TimeSpan.Zero);

        // One who takes a job now and then ends up first, too.
        courtesy.CameTooLate();
        courtesy.CameTooLate();
        courtesy.Took(1, limit: 8);
        courtesy.Took(1, limit: 8);
        courtesy.Pause.ShouldBe(TimeSpan.Zero);
    }
}
