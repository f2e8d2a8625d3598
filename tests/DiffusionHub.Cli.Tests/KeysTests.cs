using System.Text.Json;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using Xunit;

namespace DiffusionHub.Cli.Tests;

public sealed class KeysTests : PeopleTest
{
    [Fact]
    public async Task Key_is_printed_alone_and_works()
    {
        var ann = await AnnAsync();
        var key = await DoneAsync("keys", "create", "--user", "ann@example.org", "--name", " build server ");

        key.ShouldMatch(@"\Adh_\w+\z");
        (await People.Keys.FindAsync(key))!.ShouldSatisfyAllConditions(
            found => found.AccountId.ShouldBe(ann.Id), found => found.Name.ShouldBe("build server"), found => found.Scopes.ShouldBe(["generate", "read"]), found => found.ExpiresAt.ShouldBeNull());
        (await AuditAsync())[^1].ShouldBe($"key.made {key[..11]}");
    }

    [Fact]
    public async Task Scopes_and_days_are_taken()
    {
        await AnnAsync();
        var key = await DoneAsync("keys", "create", "--user", "ann@example.org", "--name", "x", "--scope", "read, admin", "--scope", "read", "--days", "3650");
        var found = (await People.Keys.FindAsync(key))!;
        found.Scopes.ShouldBe(["read", "admin"]);
        (found.ExpiresAt!.Value - found.CreatedAt).TotalDays.ShouldBe(3650, 1);
    }

    [Theory]
    [InlineData("ann@example.org", "x", "genrate", "1", "--scope is “genrate”; it must be some of generate, read, admin, with commas between. Did you mean “generate”?")]
    [InlineData("ann@example.org", "x", "read,", "1", "--scope is “”; it must be some of generate, read, admin")]
    [InlineData("ann@example.org", "x", "read", "0", "--days: days must be from 1 to 3650")]
    [InlineData("ann@example.org", "x", "read", "3651", "--days: days must be from 1 to 3650")]
    [InlineData("ann@example.org", "x", "read", "soon", "--days is “soon”; it must be a whole number.")]
    [InlineData("ann@example.org", " ", "read", "1", "--name: A key's name has 1 to 100 characters")]
    [InlineData("amm@example.org", "x", "read", "1", "There is no account “amm@example.org”. Did you mean “ann@example.org”?")]
    public async Task Bad_input_names_the_field_and_the_limit(string user, string name, string scope, string days, string said)
    {
        await AnnAsync();
        (await RefusedAsync(2, "keys", "create", "--user", user, "--name", name, "--scope", scope, "--days", days)).ShouldStartWith(said);
        (await People.Keys.ListAsync(null)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Keys_are_listed_without_the_secret()
    {
        await AnnAsync();
        (await DoneAsync("keys", "list")).ShouldBe("There are no keys.");
        var key = await DoneAsync("keys", "create", "--user", "ann@example.org", "--name", "first", "--days", "2");
        await DoneAsync("users", "add", "bob@example.org", "--role", "member");
        await DoneAsync("keys", "create", "--user", "bob@example.org", "--name", "second");

        var all = await DoneAsync("keys", "list");
        all.Split('\n').Length.ShouldBe(2);
        all.ShouldMatch($"(?m)^{key[..11]} +ann@example.org +first +generate,read +until 20..-..-.., never used$");
        all.ShouldNotContain(key);
        (await DoneAsync("keys", "list", "--user", "bob@example.org")).ShouldNotContain("ann@example.org");
        using var json = JsonDocument.Parse(await DoneAsync("keys", "list", "--json"));
        json.RootElement[1].GetProperty("prefix").GetString().ShouldBe(key[..11]);
        json.RootElement[1].GetProperty("user").GetString().ShouldBe("ann@example.org");
        json.RootElement[1].TryGetProperty("hash", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Revoked_key_is_dead_at_once()
    {
        await AnnAsync();
        var first = await DoneAsync("keys", "create", "--user", "ann@example.org", "--name", "first");
        var second = await DoneAsync("keys", "create", "--user", "ann@example.org", "--name", "second");

        (await DoneAsync("keys", "revoke", first[..9])).ShouldBe($"The key {first[..11]} (first) can no longer be used.");
        (await People.Keys.FindAsync(first)).ShouldBeNull();
        (await People.Keys.FindAsync(second)).ShouldNotBeNull();
        (await RefusedAsync(1, "keys", "revoke", first[..11])).ShouldContain("was revoked already");
        // Whoever found a whole key somewhere has nothing else.
        await DoneAsync("keys", "revoke", second);
        (await DoneAsync("keys", "list")).Split('\n').ShouldAllBe(line => line.TrimEnd().EndsWith("revoked"));
        (await AuditAsync()).Count(line => line.StartsWith("key.revoked", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Key_that_is_not_meant_clearly_is_not_revoked()
    {
        await AnnAsync();
        var key = await DoneAsync("keys", "create", "--user", "ann@example.org", "--name", "first");
        (await RefusedAsync(2, "keys", "revoke", "dh_")).ShouldStartWith("There is no key that begins with “dh_”.");
        var unknown = await RefusedAsync(2, "keys", "revoke", "dh_zzzzzzzz" + key[11..]);
        unknown.ShouldStartWith("There is no key that begins with “dh_zzzzzzzz…”.");
        unknown.ShouldNotContain(key[11..]);
        (await People.Keys.FindAsync(key)).ShouldNotBeNull();
    }

    // In this process: starting the command is what these tests spend their time with.
    private async Task<Account> AnnAsync() => (await People.Accounts.CreateAsync("ann@example.org", "ann", "member", null, Actor.CommandLine)).Account!;
}
