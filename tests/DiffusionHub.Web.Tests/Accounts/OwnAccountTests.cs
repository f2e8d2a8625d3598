using System.Net;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Keys;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Sessions;
using DiffusionHub.Web.Features.Accounts.Own;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Accounts;

public sealed class OwnAccountTests(AccountsFixture web) : IClassFixture<AccountsFixture>
{
    /// <summary>Names that are none: empty, too long, control characters, changes of direction, half a pair of surrogates, private use.</summary>
    public static TheoryData<string> BadNames => ["", " \t ", new string('x', 101), "a\0b", "a\nb", "a\u202Eb", "a\uD800b", "\uE000"];

    [Theory]
    [InlineData("/account", "admin@example.org", "Administrator: manages", "no limit")]
    [InlineData("/account/security", "Two-step sign-in", "Passkeys", "this browser")]
    [InlineData("/account/keys", "A new key", "admin", "Days until it expires")]
    [InlineData("/account/data", "Take your data along", "Delete your account", "audit log")]
    public async Task Pages_show_ones_own_account(string path, params string[] texts)
    {
        using var visitor = web.Visit();
        (await visitor.GetAsync(path)).Headers.Location!.ToString().ShouldContain("/account/sign-in");
        (await visitor.SignInAsync(web.Admin.Email!)).ShouldBe("/");
        var page = await visitor.TextAsync(path);
        texts.ShouldAllBe(t => page.Contains(t));
    }

    [Fact]
    public async Task Usage_says_what_is_left_and_members_see_no_admin_scope()
    {
        var account = await web.MakeAsync();
        using var visitor = web.Visit();
        await visitor.SignInAsync(account.Email!);
        var page = await visitor.TextAsync("/account");
        page.ShouldContain("0 of 1,000 · 1,000 left");
        page.ShouldContain("0 B of 20 GiB · 20 GiB left");
        page.ShouldContain("0 min of 120 min · 120 min left");
        page.ShouldContain("begin anew at midnight UTC");
        (await visitor.TextAsync("/account/keys")).ShouldNotContain("as a moderator or administrator");
    }

    [Fact]
    public async Task Changed_password_keeps_this_session_and_ends_the_others()
    {
        var account = await web.MakeAsync();
        var (me, other) = (await web.MeAsync(account), await web.MeAsync(account));
        (await web.Get<OwnPassword>().ChangeAsync(me, AccountsFixture.Password, "another long sentence")).ShouldBe((null, null));
        (await web.Get<SessionBook>().ListAsync(account.Id, TestContext.Current.CancellationToken)).Select(s => s.Id).ShouldBe([me.SessionId!.Value]);
        other.SessionId.ShouldNotBe(me.SessionId);
        using var visitor = web.Visit();
        (await visitor.SignInAsync(account.Email!)).ShouldBeNull();
        (await visitor.SignInAsync(account.Email!, "another long sentence")).ShouldBe("/");
        (await web.DeedsAsync(account.Email!)).ShouldBe(["account.made", "password.changed", "sign-in.failed password", "sign-in.done password"]);
    }

    [Theory]
    [InlineData("", "at least 12")]
    [InlineData("short", "at least 12")]
    [InlineData("password1234", "too easy")]
    public async Task Bad_new_password_is_refused_without_a_look_at_the_present_one(string wanted, string why)
    {
        var account = await web.MakeAsync();
        var (present, fault) = await web.Get<OwnPassword>().ChangeAsync(await web.MeAsync(account), "wrong", wanted);
        (present, fault!.Contains(why, StringComparison.Ordinal)).ShouldBe((null, true));
        (await web.DeedsAsync(account.Email!)).ShouldBe(["account.made"]);
    }

    [Fact]
    public async Task Wrong_present_passwords_lock_the_account_like_those_of_a_sign_in()
    {
        var account = await web.MakeAsync();
        var me = await web.MeAsync(account);
        foreach (var _ in Enumerable.Range(0, 5))
        {
            (await web.Get<OwnPassword>().ChangeAsync(me, new string('x', 300), "another long sentence")).Present.ShouldBe("This is not your password.");
        }

        (await web.Get<OwnPassword>().ChangeAsync(me, AccountsFixture.Password, "another long sentence")).Present!.ShouldContain("wait a few minutes");
        using var visitor = web.Visit();
        (await visitor.SignInAsync(account.Email!)).ShouldBeNull();
    }

    [Fact]
    public async Task Proof_counts_for_its_session_only_and_an_old_sign_in_is_none()
    {
        var account = await web.MakeAsync();
        var proofs = web.Get<Proofs>();
        var (me, other, fresh) = (await web.MeAsync(account), await web.MeAsync(account), await web.MeAsync(account, TimeSpan.FromMinutes(9)));
        (await proofs.IsRecentAsync(me)).ShouldBeFalse();
        (await proofs.IsRecentAsync(fresh), proofs.IsOnTheSpot(fresh)).ShouldBe((true, false));
        (await proofs.ByPasswordAsync(me, "wrong")).ShouldNotBeNull();
        (await proofs.ByCodeAsync(me, "123456")).ShouldNotBeNull("there is no authenticator");
        (await proofs.IsRecentAsync(me)).ShouldBeFalse();
        (await proofs.ByPasswordAsync(me, AccountsFixture.Password)).ShouldBeNull();
        (await proofs.IsRecentAsync(me), proofs.IsOnTheSpot(me), await proofs.IsRecentAsync(other)).ShouldBe((true, true, false));
    }

    [Theory]
    [MemberData(nameof(BadNames))]
    public async Task Names_that_are_none_are_refused_everywhere(string name)
    {
        var me = await web.MeAsync(await web.MakeAsync());
        (await web.Get<AccountBook>().RenameAsync(me.Id, name, TestContext.Current.CancellationToken)).ShouldNotBeNull().Field.ShouldBe("name");
        var (key, errors) = await web.Get<KeyRing>().CreateAsync(me.Id, new KeyWish(name, [KeyScopes.Read]), me.Actor, TestContext.Current.CancellationToken);
        (key, errors.Single().Field).ShouldBe((null, "name"));
        (await web.Get<Web.Features.Accounts.Passkeys.OwnPasskeys>().RenameAsync(me, "AAAA", name)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Nobodys_session_or_key_is_ended_by_another()
    {
        var (me, other) = (await web.MeAsync(await web.MakeAsync()), await web.MeAsync(await web.MakeAsync()));
        var (_, errors) = await web.Get<KeyRing>().CreateAsync(other.Id, new KeyWish("script", [KeyScopes.Read]), other.Actor, TestContext.Current.CancellationToken);
        errors.ShouldBeEmpty();
        var key = (await web.Get<KeyRing>().ListAsync(other.Id, TestContext.Current.CancellationToken)).Single();
        (await web.Get<KeyRing>().RevokeAsync(me.Id, key.Id, me.Actor, TestContext.Current.CancellationToken)).ShouldBeFalse();
        (await web.Get<SessionBook>().EndAsync(me.Id, other.SessionId!.Value, TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task Signing_out_ends_the_cookie_everywhere_and_needs_the_forms_token()
    {
        var account = await web.MakeAsync(role: RoleNames.Viewer);
        using var visitor = web.Visit();
        await visitor.SignInAsync(account.Email!);
        var cookie = visitor.Cookies.GetCookieHeader(web.Address);
        using (var forged = await visitor.Http.PostAsync(new Uri("/account/sign-out", UriKind.Relative), new FormUrlEncodedContent([]), TestContext.Current.CancellationToken))
        {
            forged.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        using (var answer = await SignOutAsync(visitor))
        {
            answer.Headers.Location!.ToString().ShouldBe("/account/sign-in");
        }

        using var thief = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false });
        using var stolen = new HttpRequestMessage(HttpMethod.Get, new Uri(web.Address, "/api/v1/pictures")) { Headers = { { "Cookie", cookie } } };
        using var refused = await thief.SendAsync(stolen, TestContext.Current.CancellationToken);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone")]
    [InlineData("curl/8.5.0", "curl")]
    [InlineData("<script>", "An unknown browser")]
    [InlineData(null, "An unknown browser")]
    public void Browsers_are_named_in_plain_words(string? userAgent, string name) => BrowserName.Of(userAgent).ShouldBe(name);

    // The page's own form: the token of one page is good for another of the same person.
    private static async Task<HttpResponseMessage> SignOutAsync(Visitor visitor)
    {
        var page = await visitor.TextAsync("/account");
        var token = page.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        return await visitor.Http.PostAsync(new Uri("/account/sign-out", UriKind.Relative), new FormUrlEncodedContent([new("__RequestVerificationToken", token)]), TestContext.Current.CancellationToken);
    }
}
