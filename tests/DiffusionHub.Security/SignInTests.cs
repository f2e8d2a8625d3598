using System.Net;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Links;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Sessions;
using DiffusionHub.Web.Features.Accounts;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Security;

/// <summary>The sign-in and the one-time links, with right, wrong and hostile input.</summary>
[Collection(OneHub.Name)]
public sealed class SignInTests(SecurityFixture hub)
{
    private static readonly Actor Tests = new(null, "tests", "tests", null);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Wrong =>
    [
        ("", ""), ("member@example.org", ""), ("", SecurityFixture.Password), ("nobody@example.org", SecurityFixture.Password), ("member@example.org", "wrong wrong wrong"),
        ("mem\u200bber@example.org", SecurityFixture.Password),
        ("' OR 1=1 --", "' OR 1=1 --"), (new string('a', 250) + "@example.org", SecurityFixture.Password), ("member@example.org", new string('x', 10_000)),
        ("disabled@example.org", SecurityFixture.Password), ("ⅿember@example.org", SecurityFixture.Password),
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Wrong_sign_ins_all_get_the_same_answer(string email, string password)
    {
        using var client = hub.NewClient();
        using var answer = await SecurityFixture.SignInAsync(client, email, password);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain(AccountTexts.Refused);
        answer.Headers.TryGetValues("Set-Cookie", out var cookies);
        (cookies ?? []).ShouldNotContain(c => c.StartsWith("hub.session", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\r\nSet-Cookie: a=b")]
    public void After_the_sign_in_one_stays_on_this_hub(string to) => LocalAddress.Of(to).ShouldBe("/");

    [Fact]
    public async Task Session_cookie_is_out_of_reach_of_scripts_and_a_new_one_each_time()
    {
        await hub.AddAsync("cookie@example.org", RoleNames.Viewer);
        var cookies = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var client = hub.NewClient();
            using var answer = await SecurityFixture.SignInAsync(client, "cookie@example.org", SecurityFixture.Password);
            cookies.Add(answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("hub.session=", StringComparison.Ordinal)));
        }

        cookies[0].ShouldContain("httponly", Case.Insensitive);
        cookies[0].ShouldContain("samesite=lax", Case.Insensitive);
        cookies[0].Split(';')[0].ShouldNotBe(cookies[1].Split(';')[0]);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_and_each_lockout_is_longer()
    {
        var id = await hub.AddAsync("locked@example.org", RoleNames.Member);
        await using var scope = hub.App.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountManager>();
        var account = (await accounts.FindByIdAsync(id.ToString()))!;
        var minutes = new List<double>();
        for (var lockout = 0; lockout < 8; lockout++)
        {
            for (var i = 0; i < 5; i++)
            {
                await accounts.AccessFailedAsync(account);
            }

            (await accounts.IsLockedOutAsync(account)).ShouldBeTrue();
            minutes.Add(Math.Round((account.LockoutEnd!.Value - DateTimeOffset.UtcNow).TotalMinutes));
        }

        minutes.ShouldBe([1, 2, 4, 8, 16, 32, 60, 60]);
        using var client = hub.NewClient();
        using var answer = await SecurityFixture.SignInAsync(client, "locked@example.org", SecurityFixture.Password);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain(AccountTexts.Refused);
    }

    [Fact]
    public async Task Tries_at_once_are_as_many_tries()
    {
        var id = await hub.AddAsync("parallel@example.org", RoleNames.Member);
        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            await using var scope = hub.App.Services.CreateAsyncScope();
            var accounts = scope.ServiceProvider.GetRequiredService<AccountManager>();
            return await accounts.TakeTryAsync((await accounts.FindByIdAsync(id.ToString()))!);
        }));
        taken.Count(t => t).ShouldBe(5);
    }

    [Fact]
    public async Task Code_counts_once_also_after_another_one()
    {
        var id = await hub.AddAsync("codes@example.org", RoleNames.Member);
        await using var scope = hub.App.Services.CreateAsyncScope();
        var account = (await scope.ServiceProvider.GetRequiredService<AccountManager>().FindByIdAsync(id.ToString()))!;
        var store = scope.ServiceProvider.GetRequiredService<AccountStore>();
        var now = DateTimeOffset.UtcNow;
        (await store.TakeCodeAsync(account, "123456", now, Stop)).ShouldBeTrue();
        (await store.TakeCodeAsync(account, "654321", now, Stop)).ShouldBeTrue();
        (await store.TakeCodeAsync(account, "123456", now, Stop)).ShouldBeFalse();
        (await store.TakeCodeAsync(account, "123456", now.AddMinutes(6), Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task Session_stays_its_owners()
    {
        var (own, other) = (await hub.AddAsync("own@example.org", RoleNames.Viewer), await hub.AddAsync("foreign@example.org", RoleNames.Viewer));
        var book = hub.Get<SessionBook>();
        await book.AddAsync(new Session { Id = Guid.CreateVersion7(), Hash = DiffusionHub.People.Secret.Hash("a secret of the test"), AccountId = own, Ticket = [1], CreatedAt = DateTimeOffset.UtcNow, SeenAt = DateTimeOffset.UtcNow, ExpiresAt = DateTimeOffset.UtcNow.AddDays(1) }, Stop);
        await book.RenewAsync("a secret of the test", other, [2], DateTimeOffset.UtcNow.AddDays(2), Stop);
        (await book.ListAsync(own, Stop)).ShouldHaveSingleItem().Ticket.ShouldBe([1]);
    }

    [Fact]
    public async Task Invitation_makes_one_account_of_its_role()
    {
        var secret = await hub.Get<LinkBook>().CreateAsync(new LinkWish(LinkKinds.Invitation, TimeSpan.FromHours(1)) { Role = RoleNames.Viewer, Email = "asked@example.org" }, Tests, Stop);
        (await JoinAsync(secret, "other@example.org")).ShouldContain(AccountTexts.OtherAddress);
        (await JoinAsync(secret, "asked@example.org", "too short")).ShouldContain("at least 12 characters");
        // At the same time: one of them gets the account.
        var answers = await Task.WhenAll(JoinAsync(secret, "asked@example.org"), JoinAsync(secret, "Asked@example.org"));
        answers.Count(a => a.Length == 0).ShouldBe(1);
        (await hub.Get<AccountBook>().FindAsync("asked@example.org", Stop))!.Role.ShouldBe(RoleNames.Viewer);
        (await JoinAsync(secret, "asked@example.org")).ShouldContain(AccountTexts.JoinClosed);
    }

    [Theory]
    [InlineData("", "Somebody", "a sentence of my own", "one e-mail address")]
    [InlineData("empty@example.org", "", "a sentence of my own", "A name has 1 to 100 characters")]
    [InlineData("empty@example.org", "Somebody", "", "at least 12 characters; this one has 0")]
    [InlineData("no address", "Somebody", "a sentence of my own", "one e-mail address")]
    [InlineData("Ann <ann@example.org>", "Somebody", "a sentence of my own", "one e-mail address")]
    [InlineData("empty@example.org", "Some\u202Ebody", "a sentence of my own", "without control characters")]
    [InlineData("member@example.org", "Somebody", "a sentence of my own", "already")]
    [InlineData("empty@example.org", "Somebody", "aaaaaaaaaaaaaaaaaaaaa", "too easy to guess")]
    [InlineData("empty@example.org", "Somebody", "123qweasdzxc", "too easy to guess")]
    public async Task Form_says_what_is_wrong_and_the_link_stays_good(string email, string name, string password, string said)
    {
        var secret = await hub.Get<LinkBook>().CreateAsync(new LinkWish(LinkKinds.Invitation, TimeSpan.FromHours(1)) { Role = RoleNames.Member }, Tests, Stop);
        using var client = hub.NewClient();
        using var answer = await SecurityFixture.PostFormAsync(client, $"/account/join?link={secret}", ("Form.Email", email), ("Form.Name", name), ("Form.Password", password));
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop)).ShouldContain(said);
        (await hub.Get<LinkBook>().FindAsync(LinkKinds.Invitation, secret, Stop)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(LinkKinds.Reset)]
    [InlineData(LinkKinds.Setup)]
    public async Task Link_of_another_kind_makes_no_account(string kind)
    {
        var secret = await hub.Get<LinkBook>().CreateAsync(new LinkWish(kind, TimeSpan.FromHours(1)) { AccountId = kind == LinkKinds.Reset ? hub.IdOf(Caller.Viewer) : null }, Tests, Stop);
        (await JoinAsync(secret, "kind@example.org")).ShouldContain(AccountTexts.JoinClosed);
    }

    [Fact]
    public async Task Expired_link_does_nothing()
    {
        var secret = await hub.Get<LinkBook>().CreateAsync(new LinkWish(LinkKinds.Invitation, TimeSpan.FromHours(1)) { Role = RoleNames.Member }, Tests, Stop);
        await using var expire = hub.Get<NpgsqlDataSource>().CreateCommand("UPDATE people.link SET expires_at = now() - interval '1 second' WHERE used_at IS NULL AND kind = 'invitation'");
        await expire.ExecuteNonQueryAsync(Stop);
        (await JoinAsync(secret, "late@example.org")).ShouldContain(AccountTexts.JoinClosed);
    }

    [Fact]
    public async Task New_password_signs_out_everywhere_and_its_link_works_once()
    {
        var id = await hub.AddAsync("reset@example.org", RoleNames.Viewer);
        var cookie = await hub.SessionOfAsync(id);
        (await hub.StatusAsync("/api/v1/models", cookie)).ShouldBe(HttpStatusCode.OK);
        var secret = await hub.Get<AccountBook>().ResetLinkAsync((await hub.Get<AccountBook>().FindAsync("reset@example.org", Stop))!, Tests, Stop);
        using var client = hub.NewClient();
        using var common = await SecurityFixture.PostFormAsync(client, $"/account/reset?link={secret}", ("Form.Password", "password1234password1234"));
        (await common.Content.ReadAsStringAsync(Stop)).ShouldContain("too easy to guess");
        using var done = await SecurityFixture.PostFormAsync(client, $"/account/reset?link={secret}", ("Form.Password", "quite another sentence"));
        (await done.Content.ReadAsStringAsync(Stop)).ShouldContain(WebUtility.HtmlEncode(AccountTexts.ResetDone));
        (await hub.StatusAsync("/api/v1/models", cookie)).ShouldBe(HttpStatusCode.Unauthorized);
        (await client.GetStringAsync($"/account/reset?link={secret}", Stop)).ShouldContain(AccountTexts.ResetClosed);
    }

    [Fact]
    public async Task Form_without_its_token_is_refused()
    {
        using var client = hub.NewClient();
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("_handler", "sign-in"), KeyValuePair.Create("Form.Email", "member@example.org"), KeyValuePair.Create("Form.Password", SecurityFixture.Password)]);
        using var answer = await client.PostAsync("/account/sign-in", content, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Setup_is_closed_once_there_is_an_administrator()
    {
        var secret = await hub.Get<LinkBook>().CreateAsync(new LinkWish(LinkKinds.Setup, TimeSpan.FromHours(1)), Tests, Stop);
        using var client = hub.NewClient();
        using var answer = await client.GetAsync($"/setup?token={secret}", Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.OriginalString.ShouldEndWith("/");
    }

    [Fact]
    public async Task Last_administrator_cannot_go()
    {
        var accounts = hub.Get<AccountBook>();
        var admins = (await accounts.ListAsync(Stop)).Where(a => a.Account is { Role: RoleNames.Admin, DisabledAt: null } && a.Account.Id != hub.IdOf(Caller.Admin)).ToList();
        foreach (var other in admins)
        {
            (await accounts.SetRoleAsync(other.Account.Id, RoleNames.Viewer, Tests, Stop)).ShouldBeNull();
        }

        try
        {
            (await accounts.SetRoleAsync(hub.IdOf(Caller.Admin), RoleNames.Member, Tests, Stop))!.Field.ShouldBe("role");
            (await accounts.DisableAsync(hub.IdOf(Caller.Admin), Tests, Stop))!.Field.ShouldBe("role");
        }
        finally
        {
            foreach (var other in admins)
            {
                await accounts.SetRoleAsync(other.Account.Id, RoleNames.Admin, Tests, Stop);
            }
        }
    }

    // What the page says; empty: it led on.
    private async Task<string> JoinAsync(string secret, string email, string password = "a sentence of my own")
    {
        using var client = hub.NewClient();
        using var answer = await SecurityFixture.PostFormAsync(client, $"/account/join?link={secret}", ("Form.Email", email), ("Form.Name", "Somebody"), ("Form.Password", password), ("Form.Link", secret));
        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.Redirect, HttpStatusCode.OK);
        return answer.StatusCode == HttpStatusCode.Redirect ? "" : WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
    }
}
