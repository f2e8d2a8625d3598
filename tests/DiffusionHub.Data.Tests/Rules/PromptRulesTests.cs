using DiffusionHub.Domain.Requests;
using DiffusionHub.Migrations;
using DiffusionHub.People;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Rules;
using DiffusionHub.Tests;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace DiffusionHub.Data.Tests.Rules;

public sealed class PromptRulesTests : IAsyncLifetime, IDbContextFactory<PeopleDbContext>
{
    private readonly Watch _clock = new();
    private string _database = "";
    private int _reads;

    public async ValueTask InitializeAsync()
    {
        _database = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), TestServer.Role);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public PeopleDbContext CreateDbContext()
    {
        _reads++;
        return new PeopleDbContext(new DbContextOptionsBuilder<PeopleDbContext>().UseNpgsql(_database).Options);
    }

    [Fact]
    public async Task Refusal_names_the_word_and_the_reason()
    {
        await AddAsync(["gore", "blood*"], "This hub is for children.", null);
        (await CheckAsync("member", "a BLÓODY knife")).ShouldBe([new FieldError("prompt", "The hub’s rules do not allow “BLÓODY” in prompt. This hub is for children.")]);
        (await CheckAsync("member", "a knife")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, "viewer", true)]
    [InlineData(null, "moderator", true)]
    [InlineData(null, "admin", false)]
    [InlineData("member,admin", "admin", true)]
    [InlineData("member,admin", "moderator", false)]
    public async Task Rule_holds_for_its_roles(string? roles, string asker, bool refused)
    {
        await AddAsync(["gore"], "No.", roles?.Split(','));
        (await CheckAsync(asker, "gore")).Count.ShouldBe(refused ? 1 : 0);
    }

    [Fact]
    public async Task What_a_guide_shall_see_is_checked_and_what_shall_not_be_there_is_not()
    {
        await AddAsync(["gore"], "No.", null);
        var request = new GenerationRequest { Prompt = "a cat", NegativePrompt = "gore", Guide = new GuideRequest("clip", "gore") };
        (await new PromptRules(this, _clock).CheckAsync("member", request, TestContext.Current.CancellationToken)).ShouldHaveSingleItem().Field.ShouldBe("guide.target");
    }

    [Fact]
    public async Task Rules_are_read_again_after_two_seconds()
    {
        var rules = new PromptRules(this, _clock);
        var request = new GenerationRequest { Prompt = "gore" };
        (await rules.CheckAsync("member", request, TestContext.Current.CancellationToken)).ShouldBeEmpty();
        await AddAsync(["gore"], "No.", null);
        _reads = 0;
        _clock.Now += TimeSpan.FromSeconds(1.9);
        (await rules.CheckAsync("member", request, TestContext.Current.CancellationToken)).ShouldBeEmpty();
        _reads.ShouldBe(0);
        _clock.Now += TimeSpan.FromSeconds(0.2);
        (await rules.CheckAsync("member", request, TestContext.Current.CancellationToken)).Count.ShouldBe(1);
    }

    [Fact]
    public void Draft_becomes_a_rule() =>
        new PromptRuleDraft(" gore \n\nred*\nGORE\r\n", " Why. ", null).ToRule(DateTimeOffset.UnixEpoch).Rule!.Words.ShouldBe(["gore", "red*"]);

    [Theory]
    [InlineData("", "Why.", null, "words must have from 1 to 500")]
    [InlineData("!!", "Why.", null, "“!!” has no letter")]
    [InlineData("a*b", "Why.", null, "“a*b” the * is not at a word’s end")]
    [InlineData("*", "Why.", null, "“*” the * is not")]
    [InlineData("gore", "  ", null, "reason must say in 1 to 300")]
    [InlineData("gore", "Why.", "", "roles must be some of viewer")]
    [InlineData("gore", "Why.", "king", "roles must be some of viewer")]
    public void Faulty_draft_is_refused(string words, string reason, string? roles, string message)
    {
        var (rule, errors) = new PromptRuleDraft(words, reason, roles?.Split(',', StringSplitOptions.RemoveEmptyEntries)).ToRule(DateTimeOffset.UnixEpoch);
        rule.ShouldBeNull();
        errors.ShouldContain(error => error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Draft_has_limits()
    {
        Errors(string.Join('\n', Enumerable.Range(0, 501)), "Why.").ShouldContain("there are 501");
        Errors(string.Join('\n', Enumerable.Range(0, 500)), "Why.").ShouldBeEmpty();
        Errors(new string('a', 101), "Why.").ShouldContain("has 101 characters; at most 100");
        Errors("gore", new string('a', 301)).ShouldContain("it has 301");

        static string Errors(string words, string reason) => string.Join(' ', new PromptRuleDraft(words, reason, [RoleNames.Member]).ToRule(DateTimeOffset.UnixEpoch).Errors.Select(error => error.Message));
    }

    private async Task AddAsync(string[] words, string reason, string[]? roles)
    {
        await using var people = CreateDbContext();
        people.PromptRules.Add(new PromptRule { Id = Guid.CreateVersion7(), Words = words, Reason = reason, Roles = roles, CreatedAt = DateTimeOffset.UtcNow });
        await people.SaveChangesAsync();
    }

    private Task<IReadOnlyList<FieldError>> CheckAsync(string role, string prompt) =>
        new PromptRules(this, _clock).CheckAsync(role, new GenerationRequest { Prompt = prompt }, TestContext.Current.CancellationToken);

    private sealed class Watch : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
