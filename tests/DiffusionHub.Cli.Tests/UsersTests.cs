using System.Text.Json;
using DiffusionHub.Domain.People;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Links;
using DiffusionHub.Tests;
using Xunit;

namespace DiffusionHub.Cli.Tests;

public sealed class UsersTests : PeopleTest
{
    [Fact]
    public async Task Account_without_a_password_comes_with_a_link_that_sets_one()
    {
        var lines = (await DoneAsync("users", "add", " ann@example.org ", "--role", "member", "--url", "https://pictures.example.org/")).Split('\n');

        lines[0].ShouldBe("Made ann@example.org (member).");
        lines[1].ShouldContain("24 hours");
        var secret = lines[2].ShouldStartAs("https://pictures.example.org/account/reset?link=");
        var account = (await People.Accounts.FindAsync("ann@example.org"))!;
        (account.Role, account.PasswordHash, account.DisabledAt).ShouldBe(("member", null, null));
        (await Get<LinkBook>().FindAsync(LinkKinds.Reset, secret))!.AccountId.ShouldBe(account.Id);
        (await People.Accounts.ListAsync()).Single().Name.ShouldBe("ann");
        (await AuditAsync()).ShouldBe(["account.made ann@example.org", "link.made reset"]);
    }

    [Fact]
    public async Task First_administrator_gets_the_local_users_pictures_even_after_others()
    {
        await DoneAsync("users", "add", "ann@example.org", "--role", "member");
        (await DoneAsync("users", "add", "bob@example.org", "--role", "admin", "--name", "Bob")).ShouldContain("pictures that were made without accounts are theirs");
        (await DoneAsync("users", "add", "cid@example.org", "--role", "admin")).ShouldStartWith("Made cid@example.org (admin).");

        var all = (await People.Accounts.ListAsync()).ToDictionary(view => view.Account.Email!, StringComparer.Ordinal);
        all["bob@example.org"].ShouldSatisfyAllConditions(bob => bob.Account.Id.ShouldBe(User.LocalId), bob => bob.Name.ShouldBe("Bob"));
        all.Values.Count(view => view.Account.Id == User.LocalId).ShouldBe(1);
    }

    [Fact]
    public async Task Password_comes_from_standard_input_and_is_told_to_nobody()
    {
        var made = await Hub.HearAsync(Password + "\n", "users", "add", "ann@example.org", "--role", "admin", "--password-stdin");

        made.Code.ShouldBe(0, made.Error);
        made.Output.ShouldNotContain("link=");
        (made.Output + made.Error).ShouldNotContain(Password);
        var account = (await People.Accounts.FindAsync("ann@example.org"))!;
        new Microsoft.AspNetCore.Identity.PasswordHasher<Account>().VerifyHashedPassword(account, account.PasswordHash!, Password)
            .ShouldNotBe(Microsoft.AspNetCore.Identity.PasswordVerificationResult.Failed);
    }

    [Theory]
    [InlineData("short", "at least 12 characters; this one has 5")]
    [InlineData("", "no password on standard input")]
    [InlineData("\n", "no password on standard input")]
    [InlineData("password1234", "Many people use this password")]
    public async Task Bad_password_is_refused_with_the_limit(string password, string said)
    {
        var refused = Refused(await Hub.HearAsync(password, "users", "add", "ann@example.org", "--role", "member", "--password-stdin"), 2);
        refused.ShouldStartWith("--password-stdin: ");
        refused.ShouldContain(said);
        (await People.Accounts.ListAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ann@example.org", "membr", "ann", "--role: A role is one of: viewer, member, moderator, admin. Did you mean “member”?")]
    [InlineData("ann@example.org", "king", "ann", "--role: A role is one of: viewer, member, moderator, admin.")]
    [InlineData("ann", "member", "ann", "EMAIL: Please give one e-mail address of at most 254 characters")]
    [InlineData("Ann <ann@example.org>", "member", "ann", "EMAIL: ")]
    [InlineData("ann@example.org", "member", " ", "--name: A name has 1 to 100 characters")]
    [InlineData("ann@example.org", "member", "a\u202Eb", "--name: ")]
    public async Task Bad_input_names_the_field_and_the_limit(string email, string role, string name, string said)
    {
        (await RefusedAsync(2, "users", "add", email, "--role", role, "--name", name)).ShouldStartWith(said);
        (await People.Accounts.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Second_account_of_an_address_is_refused()
    {
        await DoneAsync("users", "add", "ann@example.org", "--role", "member");
        (await RefusedAsync(1, "users", "add", "ANN@example.org", "--role", "member")).ShouldBe("EMAIL: There is an account with this e-mail address already.\n");
    }

    [Fact]
    public async Task Changes_take_effect_and_are_in_the_audit_log()
    {
        await DoneAsync("users", "add", "ann@example.org", "--role", "admin");
        await DoneAsync("users", "add", "bob@example.org", "--role", "member");
        (await DoneAsync("users", "role", "bob@example.org", "moderator")).ShouldBe("bob@example.org is moderator now.");
        (await DoneAsync("users", "disable", "BOB@example.org")).ShouldStartWith("bob@example.org is disabled.");
        (await People.Accounts.FindAsync("bob@example.org"))!.ShouldSatisfyAllConditions(bob => bob.Role.ShouldBe("moderator"), bob => bob.DisabledAt.ShouldNotBeNull());
        (await DoneAsync("users", "list")).ShouldMatch("(?m)^bob@example.org +moderator +bob +disabled$");
        (await DoneAsync("users", "enable", "bob@example.org")).ShouldBe("bob@example.org can sign in.");
        using (var json = JsonDocument.Parse(await DoneAsync("users", "list", "--json")))
        {
            var bob = json.RootElement[1];
            (bob.GetProperty("email").GetString(), bob.GetProperty("role").GetString(), bob.GetProperty("hasPassword").GetBoolean(), bob.GetProperty("disabledAt").ValueKind)
                .ShouldBe(("bob@example.org", "moderator", false, JsonValueKind.Null));
        }

        (await RefusedAsync(1, "users", "disable", "ann@example.org")).ShouldContain("last administrator");
        (await RefusedAsync(1, "users", "role", "ann@example.org", "member")).ShouldContain("last administrator");
        (await RefusedAsync(2, "users", "role", "bob@example.org", "admn")).ShouldContain("Did you mean “admin”?");
        (await RefusedAsync(2, "users", "disable", "bop@example.org")).ShouldBe("There is no account “bop@example.org”. Did you mean “bob@example.org”?\n");
        (await AuditAsync()).Skip(4).ShouldBe(["account.role bob@example.org", "account.disabled bob@example.org", "account.enabled bob@example.org"]);
    }

    [Fact]
    public async Task Reset_prints_the_link_alone_and_ends_the_one_before()
    {
        var first = (await DoneAsync("users", "add", "ann@example.org", "--role", "member")).Split("link=")[1];
        var run = await Hub.RunAsync("users", "reset", "ann@example.org");
        run.Error.ShouldContain("24 hours");
        var second = run.Output.TrimEnd().ShouldStartAs("http://127.0.0.1:8080/account/reset?link=");

        (await Get<LinkBook>().FindAsync(LinkKinds.Reset, first)).ShouldBeNull();
        (await Get<LinkBook>().FindAsync(LinkKinds.Reset, second)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Setup_link_is_there_until_there_is_an_administrator()
    {
        var first = (await DoneAsync("users", "setup-link", "--url", "http://hub.example")).ShouldStartAs("http://hub.example/setup?token=");
        var second = (await DoneAsync("users", "setup-link")).Split("token=")[1];
        (await Get<LinkBook>().FindAsync(LinkKinds.Setup, first)).ShouldBeNull();
        (await Get<LinkBook>().FindAsync(LinkKinds.Setup, second)).ShouldNotBeNull();

        await DoneAsync("users", "add", "ann@example.org", "--role", "admin");
        (await RefusedAsync(1, "users", "setup-link")).ShouldContain("has an administrator already");
        (await RefusedAsync(2, "users", "reset", "ann@example.org", "--url", "ftp://x")).ShouldStartWith("--url is “ftp://x”");
    }

    [Fact]
    public async Task Database_that_was_not_migrated_is_said()
    {
        Hub.Variables["HUB_DATABASE"] = await TestServer.NewDatabaseAsync();
        (await RefusedAsync(1, "users", "list")).ShouldContain("Run “hub migrate” first.");
    }

    [Fact]
    public async Task Data_folders_own_database_is_started_for_the_command_alone()
    {
        File.SetUnixFileMode(Hub.Folder, (UnixFileMode)0b111_101_101);
        Hub.Variables.Clear();
        (await DoneAsync("users", "list")).ShouldContain("There are no accounts");
        await DoneAsync("users", "add", "ann@example.org", "--role", "admin");
        (await DoneAsync("users", "list")).ShouldMatch("^ann@example.org +admin +ann +no password yet$");
        File.Exists(Hub.At("data/postgres/postmaster.pid")).ShouldBeFalse();
    }
}

internal static class LinkAssertions
{
    /// <summary>What follows the right beginning.</summary>
    public static string ShouldStartAs(this string text, string beginning)
    {
        text.ShouldStartWith(beginning);
        return text[beginning.Length..];
    }
}
