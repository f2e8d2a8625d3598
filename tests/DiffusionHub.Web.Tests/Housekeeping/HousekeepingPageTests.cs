using System.Diagnostics;
using DiffusionHub.Queue;
using DiffusionHub.Web.Features.Admin.Housekeeping;
using DiffusionHub.Web.Features.Health;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Housekeeping;

public sealed class HousekeepingPageTests(WebFixture web) : IClassFixture<WebFixture>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Page_shows_every_chore_with_its_next_run_and_its_last_error()
    {
        await new DiffusionHub.Queue.Housekeeping(web.Database).SaveAsync(
            new ChoreRecord("uploads", DateTimeOffset.UtcNow, TimeSpan.FromMilliseconds(1234), 5678, "The disk is away.", "n1"));
        var page = "";
        // The clock begins beside the node.
        for (var started = Stopwatch.GetTimestamp(); !page.Contains(" 03:10 UTC", StringComparison.Ordinal);)
        {
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Deadline);
            page = await web.Http.GetStringAsync(new Uri("/admin/housekeeping", UriKind.Relative));
        }

        foreach (var name in new[] { "statistics", "jobs", "events", "progress", "pictures", "uploads", "snapshot" })
        {
            page.ShouldContain($"data-chore=\"{name}\"");
            ChoreText.Title(name).ShouldNotBe(name);
            ChoreText.What(name).ShouldNotBeEmpty();
        }

        page.ShouldContain("The disk is away.");
        page.ShouldContain("1,234 ms");
        page.ShouldContain("5,678");
    }

    [Fact]
    public void Health_check_tells_of_a_transaction_that_stays_open()
    {
        HealthApi.Answer(new QueueHealth(QueueHealth.StalledAfter, 7, 0, [])).Status.ShouldBe("ok");
        var stalled = HealthApi.Answer(new QueueHealth(TimeSpan.FromSeconds(45), 7, 0, []));
        stalled.Status.ShouldBe("degraded");
        stalled.Reasons.Single().ShouldContain("45 s (server process 7)");
    }
}
