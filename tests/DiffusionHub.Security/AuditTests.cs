using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Roles;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Security;

/// <summary>What was done is written down, and stays as it was written.</summary>
[Collection(OneHub.Name)]
public sealed class AuditTests(SecurityFixture hub)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UPDATE people.audit SET actor = 'somebody else'")]
    [InlineData("DELETE FROM people.audit")]
    [InlineData("TRUNCATE people.audit")]
    public async Task Lines_can_only_be_added(string statement)
    {
        await using var command = hub.Get<NpgsqlDataSource>().CreateCommand(statement);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Stop))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Changes_of_an_account_name_who_made_them()
    {
        var id = await hub.AddAsync("watched@example.org", RoleNames.Member);
        var admin = new Actor(hub.IdOf(Caller.Admin), "admin@example.org", "session", "192.0.2.7");
        await hub.Get<AccountBook>().SetRoleAsync(id, RoleNames.Moderator, admin, Stop);
        await hub.Get<AccountBook>().DisableAsync(id, admin, Stop);
        var lines = await hub.Get<AuditLog>().ReadAsync(new AuditFilter("watched@example.org"), 10, Stop);
        lines.Select(l => l.Action).ShouldBe([AuditActions.AccountDisabled, AuditActions.RoleChanged, AuditActions.AccountMade]);
        (lines[1].Actor, lines[1].Address, lines[1].Via).ShouldBe(("admin@example.org", "192.0.2.7", "session"));
        lines[1].Detail.ShouldContain("moderator");
    }

    [Fact]
    public async Task Sign_ins_good_and_bad_are_written_down_without_passwords()
    {
        await hub.AddAsync("noted@example.org", RoleNames.Viewer);
        using var client = hub.NewClient();
        using var wrong = await SecurityFixture.SignInAsync(client, "noted@example.org", "my other secret sentence");
        using var right = await SecurityFixture.SignInAsync(client, "noted@example.org", SecurityFixture.Password);
        var lines = await hub.Get<AuditLog>().ReadAsync(new AuditFilter("noted@example.org", "sign-in"), 10, Stop);
        lines.Select(l => l.Action).ShouldBe([AuditActions.SignedIn, AuditActions.SignInFailed]);
        lines.ShouldAllBe(l => !l.Detail.Contains("sentence", StringComparison.Ordinal) && l.Address!.StartsWith("10.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Administrators_keys_leave_a_line_once_a_minute_and_place()
    {
        for (var i = 0; i < 3; i++)
        {
            using var answer = await hub.As(Caller.WholeKey).GetAsync("/api/v1/assets", Stop);
            answer.EnsureSuccessStatusCode();
        }

        var lines = await hub.Get<AuditLog>().ReadAsync(new AuditFilter("/api/v1/assets", AuditActions.KeyUsedByAdmin), 10, Stop);
        lines.ShouldHaveSingleItem().Via.ShouldStartWith("key dh_");
    }

    [Fact]
    public async Task Search_takes_its_words_literally()
    {
        await hub.Get<AuditLog>().WriteAsync(new Actor(null, "100%_sure", "tests", null), AuditActions.SignedOut, "nothing", cancellationToken: Stop);
        (await hub.Get<AuditLog>().ReadAsync(new AuditFilter("0%_s"), 10, Stop)).ShouldHaveSingleItem();
        (await hub.Get<AuditLog>().ReadAsync(new AuditFilter("0%%s"), 10, Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Exported_file_gives_spreadsheets_no_formulas()
    {
        await hub.Get<AuditLog>().WriteAsync(new Actor(null, "=HYPERLINK(\"http://evil.example\")", "tests", null), AuditActions.SignedOut, "a \"quoted\" one", cancellationToken: Stop);
        var csv = await hub.As(Caller.Admin).GetStringAsync("/admin/audit.csv?text=HYPERLINK", Stop);
        csv.ShouldContain("\"'=HYPERLINK(\"\"http://evil.example\"\")\"");
        csv.ShouldContain("\"a \"\"quoted\"\" one\"");
    }
}
