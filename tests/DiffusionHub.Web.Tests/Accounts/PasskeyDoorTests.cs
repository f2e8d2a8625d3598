using System.Net;
using System.Net.Http.Json;
using System.Text;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Accounts;

/// <summary>The passkeys' doors without a passkey; with one: tests/DiffusionHub.Browser.</summary>
public sealed class PasskeyDoorTests(AccountsFixture web) : IClassFixture<AccountsFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/account/passkeys/options")]
    [InlineData("/account/passkeys/")]
    [InlineData("/account/passkeys/prove")]
    public async Task Nobody_adds_or_proves_without_a_session(string path)
    {
        using var visitor = web.Visit();
        (await PostAsync(visitor, path, "{}")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Options_need_a_proof_that_is_not_old()
    {
        var account = await web.MakeAsync();
        using var visitor = web.Visit();
        await visitor.SignInAsync(account.Email!);
        using (var options = await visitor.Http.PostAsync(new Uri("/account/passkeys/options", UriKind.Relative), Json("{}"), Stop))
        {
            var said = await options.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Stop);
            said.GetProperty("authenticatorSelection").GetProperty("userVerification").GetString().ShouldBe("required");
            said.GetProperty("authenticatorSelection").GetProperty("residentKey").GetString().ShouldBe("required");
            said.GetProperty("rp").GetProperty("id").GetString().ShouldBe(web.Address.Host);
        }

        await using var age = web.Database.CreateCommand("UPDATE people.session SET created_at = now() - interval '11 minutes' WHERE account_id = $1");
        age.Parameters.Add(new Npgsql.NpgsqlParameter { Value = account.Id });
        await age.ExecuteNonQueryAsync(Stop);
        (await PostAsync(visitor, "/account/passkeys/options", "{}")).ShouldBe(HttpStatusCode.Forbidden);
        (await PostAsync(visitor, "/account/passkeys/", """{"credential":{},"name":"x"}""")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"credential":null}""")]
    [InlineData("""{"credential":"x"}""")]
    [InlineData("""{"credential":{}}""")]
    [InlineData("""{"credential":{"id":"AAAA","rawId":"AAAA","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"e30","authenticatorData":"AAAA","signature":"AAAA","userHandle":"AAAA"}}}""")]
    public async Task Rubbish_signs_nobody_in_with_and_without_a_challenge(string body)
    {
        using var visitor = web.Visit();
        (await PostAsync(visitor, "/account/passkeys/sign-in", body)).ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync(visitor, "/account/passkeys/request", "{}")).ShouldBe(HttpStatusCode.OK);
        (await PostAsync(visitor, "/account/passkeys/sign-in", body)).ShouldBe(HttpStatusCode.BadRequest);
        (await visitor.GetAsync("/account")).Headers.Location!.ToString().ShouldContain("sign-in");
    }

    [Fact]
    public async Task Challenge_in_the_cookie_is_no_right_password()
    {
        using var visitor = web.Visit();
        (await PostAsync(visitor, "/account/passkeys/request", "{}")).ShouldBe(HttpStatusCode.OK);
        (await visitor.GetAsync("/account/second-factor")).Headers.Location!.ToString().ShouldEndWith("/account/sign-in");
    }

    [Fact]
    public async Task Another_sites_form_asks_for_nothing()
    {
        using var visitor = web.Visit();
        using var form = new StringContent("{}", Encoding.UTF8, "text/plain");
        using (var answer = await visitor.Http.PostAsync(new Uri("/account/passkeys/request", UriKind.Relative), form, Stop))
        {
            // There is no such door for other bodies, and where there is no door one has to sign in.
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/account/passkeys/request") { Content = Json("{}"), Headers = { { "Origin", "https://evil.example" } } };
        using var refused = await visitor.Http.SendAsync(foreign, Stop);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<HttpStatusCode> PostAsync(Visitor visitor, string path, string body)
    {
        using var answer = await visitor.Http.PostAsync(new Uri(path, UriKind.Relative), Json(body), Stop);
        return answer.StatusCode;
    }
}
