using System.Net;
using DiffusionHub.Domain.People;
using DiffusionHub.Queue;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Admin;

public sealed class AdminPagesTests(WebFixture web) : IClassFixture<WebFixture>
{
    [Fact]
    public async Task Lanes_show_how_each_is_served_and_the_limits_of_all()
    {
        await web.Queue.SetLaneAsync("bulk", new LaneChange(Paused: true, Draining: true, MaxWait: TimeSpan.FromSeconds(77.5), Patience: TimeSpan.FromSeconds(4321 / 10.0)));
        await web.Queue.SetLimitsAsync(queuedPerOwner: 1234, queuedInAll: 56789);
        var page = await PageAsync("/admin/lanes");
        foreach (var shown in new[] { "data-lane=\"interactive\"", "data-lane=\"normal\"", "value=\"77.5\"", "value=\"432.1\"", "value=\"1234\"", "value=\"56789\"", "paused", "draining" })
        {
            page.ShouldContain(shown);
        }

        await web.Queue.SetLaneAsync("bulk", new LaneChange(Paused: false, Draining: false));
    }

    [Fact]
    public async Task People_are_shown_with_names_grants_and_their_part_of_the_devices()
    {
        var stranger = Guid.CreateVersion7();
        await web.Queue.SetShareAsync(User.LocalId, new Share(3, 17, 333));
        await EndAsync(User.LocalId, 1000);
        await EndAsync(stranger, 3000);
        var page = await PageAsync("/admin/people");
        page.ShouldContain($"data-person=\"{User.LocalId}\"");
        page.ShouldContain("Local user");
        page.ShouldContain(stranger.ToString());
        foreach (var shown in new[] { "value=\"3\"", "value=\"17\"", "value=\"333\"", ">25 %<", ">75 %<", "1 jobs ended, 3 s on the devices" })
        {
            page.ShouldContain(shown);
        }

        await web.Queue.RemoveShareAsync(User.LocalId);
    }

    [Fact]
    public async Task Health_shows_what_went_wrong_and_was_put_right()
    {
        await ExecuteAsync("INSERT INTO queue.event (kind, job_id, at) SELECT 'Rescued', n, now() - n * interval '20 minutes' FROM generate_series(1, 8) AS n; INSERT INTO queue.event (kind, job_id) VALUES ('Fenced', 9)");
        var page = await PageAsync("/admin/health");
        page.ShouldMatch("data-fact=\"rescued\".*?<strong[^>]*>2</strong>.*?8 in the last 24 hours");
        page.ShouldMatch("data-fact=\"fenced\".*?<strong[^>]*>1</strong>");
        page.ShouldContain("data-waits=\"interactive\"");
    }

    [Fact]
    public async Task Queue_page_warns_of_a_model_without_a_worker()
    {
        await web.Queue.SubmitAsync([new NewJob(User.LocalId, Guid.NewGuid(), "bulk", "no-such-model", "k", "{}")]);
        // Either this node's reaper or this test is first; the table says the same.
        await ExecuteAsync("INSERT INTO queue.stranded (model) VALUES ('no-such-model') ON CONFLICT DO NOTHING");
        (await PageAsync("/admin/queue")).ShouldContain("Jobs wait for a model that no living worker has: no-such-model.");
        await web.Queue.CancelAsync(new CancelFilter(Model: "no-such-model"));
    }

    [Fact]
    public async Task Failed_job_tells_its_last_error_and_how_many_attempts_failed()
    {
        await ExecuteAsync("""INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, attempts, enqueued_at, error, errors) VALUES (nextval('queue.job_job_id_seq'), 'normal', gen_random_uuid(), gen_random_uuid(), 'broken', 'k', '{}', 'Failed', 2, now(), 'the last straw', '[{"attempt": 1, "at": "2026-01-01T00:00:00Z", "worker": "gpu-1", "error": "the first straw"}, {"attempt": 2, "at": "2026-01-01T00:00:00Z", "worker": "gpu-2", "error": "the last straw"}]')""");
        var page = await PageAsync("/admin/queue?model=broken&state=Failed");
        page.ShouldContain("the last straw");
        page.ShouldContain("2 failed attempts");
        (await PageAsync("/admin/queue?model=broken&lane=bulk")).ShouldNotContain("the last straw");
    }

    [Theory]
    [InlineData("?state=Failed", "Retry all failed that match", "Cancel all that match")]
    [InlineData("?state=Deleted", "Retry all cancelled that match", "Cancel all that match")]
    [InlineData("?state=Processing", "Cancel all that match", "Retry all")]
    [InlineData("?state=bogus&lane=none&person=7&model=%3Cscript%3Ex", "Cancel all that match", "<script>x")]
    public async Task Filter_in_the_address_decides_what_can_be_done_to_all(string query, string offered, string absent)
    {
        var page = await web.Http.GetStringAsync(new Uri("/admin/queue" + query, UriKind.Relative));
        page.ShouldContain(offered);
        page.ShouldNotContain(absent);
    }

    private Task EndAsync(Guid owner, double milliseconds) =>
        ExecuteAsync($"INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, attempts, device_ms, enqueued_at) VALUES (nextval('queue.job_job_id_seq'), 'normal', '{owner}', gen_random_uuid(), 'sprout', 'k', '{{}}', 'Succeeded', 1, {milliseconds}, now())");

    private async Task ExecuteAsync(string sql)
    {
        await using var command = web.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string> PageAsync(string path) =>
        WebUtility.HtmlDecode(await web.Http.GetStringAsync(new Uri(path, UriKind.Relative))).ReplaceLineEndings(" ");
}
