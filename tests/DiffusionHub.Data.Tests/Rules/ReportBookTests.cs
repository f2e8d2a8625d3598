using DiffusionHub.Migrations;
using DiffusionHub.People;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Rules;
using DiffusionHub.Tests;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Data.Tests.Rules;

public sealed class ReportBookTests : IAsyncLifetime, IDbContextFactory<PeopleDbContext>
{
    private static readonly Guid Maker = Guid.CreateVersion7();
    private static readonly Actor Reader = new(Guid.CreateVersion7(), "reader", "session", null);
    private static readonly Actor Moderator = new(Guid.CreateVersion7(), "moderator", "session", "10.0.0.1");
    private string _database = "";
    private ReportBook _book = null!;
    private long _jobs;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), TestServer.Role);
        _book = new ReportBook(this, new AuditLog(this));
        foreach (var id in new[] { Maker, Reader.Id!.Value, Moderator.Id!.Value })
        {
            await DoAsync($"INSERT INTO hub.\"user\" (id, name) VALUES ('{id}', 'somebody')");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public PeopleDbContext CreateDbContext() => new(new DbContextOptionsBuilder<PeopleDbContext>().UseNpgsql(_database).Options);

    [Fact]
    public async Task Held_and_reported_pictures_wait_and_others_do_not()
    {
        await PictureAsync("fine", shared: true);
        await PictureAsync("blurred", shared: true);
        var removed = await PictureAsync("removed", shared: true);
        await OpenReportAsync(removed);
        var held = await PictureAsync("held", shared: false);
        var reported = await PictureAsync("fine", shared: true);
        await _book.ReportAsync(Reader, reported, "No.", Token);
        (await _book.WaitingAsync(null, 10, Token)).ShouldBe([held, reported]);
        (await _book.WaitingAsync(held, 10, Token)).ShouldBe([reported]);
        (await _book.WaitingAsync(null, 1, Token)).ShouldBe([held]);
        // Its owner took it back: then it is private again, and nobody's to look at.
        await DoAsync($"UPDATE hub.picture SET shared_at = NULL WHERE id = '{reported}'");
        (await _book.WaitingAsync(null, 10, Token)).ShouldBe([held]);
        (await _book.IsWaitingAsync(reported, Token)).ShouldBeFalse();
        (await _book.IsWaitingAsync(held, Token)).ShouldBeTrue();
        (await _book.DecideAsync(Moderator, reported, Decision.TakeDown, "No.", ownToo: false, Token)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("held", Decision.Keep, null, "fine", null)]
    [InlineData("held", Decision.Blur, null, "blurred", null)]
    [InlineData("held", Decision.TakeDown, " Unkind. ", "removed", "Unkind.")]
    [InlineData("fine", Decision.Keep, null, "fine", "Because.")]
    [InlineData("blurred", Decision.Keep, "words for nobody", "blurred", "Because.")]
    [InlineData("fine", Decision.Blur, "Spoiler.", "blurred", "Spoiler.")]
    [InlineData("blurred", Decision.TakeDown, "Unkind.", "removed", "Unkind.")]
    public async Task Decision_says_how_it_stands_and_ends_the_complaints(string standing, Decision decision, string? reason, string then, string? why)
    {
        var id = await PictureAsync(standing, shared: true);
        var other = await PictureAsync("fine", shared: true);
        await OpenReportAsync(id);
        await OpenReportAsync(other);
        (await _book.DecideAsync(Moderator, id, decision, reason, ownToo: false, Token)).ShouldBeNull();
        (await TextAsync($"SELECT standing || coalesce(': ' || standing_reason, '') FROM hub.picture WHERE id = '{id}'")).ShouldBe(why is null ? then : $"{then}: {why}");
        (await _book.OpenAsync([id, other], Token)).ShouldHaveSingleItem().PictureId.ShouldBe(other);
        (await TextAsync($"SELECT string_agg(closed_by::text, '') FROM people.report WHERE picture_id = '{id}'")).ShouldBe($"{Moderator.Id}");
        (await TextAsync("SELECT concat_ws('|', actor, address, action, subject, detail ->> 'decision') FROM people.audit")).ShouldBe($"moderator|10.0.0.1|picture.moderated|picture {id}|{decision}");
        // Somebody else was faster.
        (await _book.DecideAsync(Moderator, id, Decision.TakeDown, "No.", ownToo: false, Token)).ShouldNotBeNull().ShouldContain("does not wait");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    [InlineData("a\0b")]
    public async Task Take_down_needs_a_reason(string? reason)
    {
        var id = await PictureAsync("held", shared: false);
        (await _book.DecideAsync(Moderator, id, Decision.TakeDown, reason, ownToo: false, Token)).ShouldNotBeNull().ShouldStartWith("reason must be");
        (await _book.DecideAsync(Moderator, id, Decision.Blur, new string('x', 301), ownToo: false, Token)).ShouldNotBeNull().ShouldContain("it has 301");
        (await _book.IsWaitingAsync(id, Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task Nobody_judges_their_own_but_administrators()
    {
        var maker = Moderator with { Id = Maker };
        var id = await PictureAsync("held", shared: false);
        (await _book.DecideAsync(maker, id, Decision.Keep, null, ownToo: false, Token)).ShouldNotBeNull();
        (await _book.DecideAsync(maker, id, Decision.Keep, null, ownToo: true, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Rules_are_made_deleted_and_written_down()
    {
        var rules = new RuleBook(this, new AuditLog(this), TimeProvider.System);
        (await rules.AddAsync(Moderator, new PromptRuleDraft("", "", null), Token)).Count.ShouldBe(2);
        (await rules.AddAsync(Moderator, new PromptRuleDraft("gore", "No.", null), Token)).ShouldBeEmpty();
        var rule = (await rules.ReadAsync(Token)).ShouldHaveSingleItem();
        (await rules.DeleteAsync(Moderator, rule.Id, Token)).ShouldBeTrue();
        (await rules.DeleteAsync(Moderator, rule.Id, Token)).ShouldBeFalse();
        (await rules.ReadAsync(Token)).ShouldBeEmpty();
        (await TextAsync("SELECT string_agg(concat_ws(' ', action, detail ->> 'change', detail ->> 'words'), ', ' ORDER BY id) FROM people.audit")).ShouldBe("rule.changed added gore, rule.changed deleted gore");
    }

    private async Task<Guid> PictureAsync(string standing, bool shared)
    {
        var id = Guid.CreateVersion7();
        await DoAsync($"""
            INSERT INTO hub.picture (id, owner_id, job_id, group_id, model, prompt, seed, width, height, request, blob_key, thumbnail_key, bytes, device_milliseconds, standing, standing_reason, shared_at)
            VALUES ('{id}', '{Maker}', {++_jobs}, '{id}', 'm', '', 1, 8, 8, jsonb_build_object(), 'b', 't', 1, 1, '{standing}', 'Because.', {(shared ? "now()" : "NULL")})
            """);
        return id;
    }

    private Task OpenReportAsync(Guid id) => DoAsync($"INSERT INTO people.report (id, picture_id, reporter_id, reason) VALUES (gen_random_uuid(), '{id}', '{Reader.Id}', 'No.')");

    private async Task DoAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string?> TextAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_database);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as string;
    }
}
