using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Keys;
using DiffusionHub.People.Quotas;
using DiffusionHub.People.Roles;
using DiffusionHub.Web.Shared.Models;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Security;

/// <summary>Rights and quotas are held where a job is queued, however many ask at once.</summary>
[Collection(OneHub.Name)]
public sealed class QuotaTests(SecurityFixture hub)
{
    private static readonly Actor Tests = new(null, "tests", "tests", null);
    private static readonly Quota None = new(null, null, null, null, null);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pictures_a_day_are_exact_under_a_crowd()
    {
        using var client = await PersonAsync("crowd", None with { PicturesADay = 5 });
        var codes = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => SubmitAsync(client, new { model = "sprout", prompt = "fig" })));
        codes.Count(c => c.Code == HttpStatusCode.Accepted).ShouldBe(5);
        codes.Where(c => c.Code != HttpStatusCode.Accepted).ShouldAllBe(c => c.Body.Contains("your 5 pictures of today", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_for_more_pictures_than_are_left_queues_none()
    {
        using var client = await PersonAsync("whole", None with { PicturesADay = 3 });
        (await SubmitAsync(client, new { model = "sprout", prompt = "fig", count = 4 })).Code.ShouldBe(HttpStatusCode.BadRequest);
        (await SubmitAsync(client, new { model = "sprout", prompt = "fig", count = 3 })).Code.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Waiting_jobs_are_limited()
    {
        using var client = await PersonAsync("waiting", None with { WaitingJobs = 2 });
        (await SubmitAsync(client, new { model = "sprout", prompt = "fig", count = 2 })).Code.ShouldBe(HttpStatusCode.Accepted);
        (await SubmitAsync(client, new { model = "sprout", prompt = "fig" })).Code.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("device_seconds_a_day", "minutes on the devices")]
    [InlineData("storage_bytes", "fill the")]
    public async Task Used_up_day_or_storage_is_told(string column, string said)
    {
        using var client = await PersonAsync("used-" + column.Replace('_', '-'), None);
        await using var limit = hub.Get<NpgsqlDataSource>().CreateCommand($"UPDATE people.account SET {column} = 0 WHERE email = $1");
        limit.Parameters.Add(new NpgsqlParameter { Value = $"used-{column.Replace('_', '-')}@example.org" });
        await limit.ExecuteNonQueryAsync(Stop);
        var (code, body) = await SubmitAsync(client, new { model = "sprout", prompt = "fig" });
        code.ShouldBe(HttpStatusCode.BadRequest);
        body.ShouldContain(said);
    }

    [Fact]
    public async Task Key_has_a_quota_of_its_own()
    {
        var id = await hub.AddAsync("keyed@example.org", RoleNames.Member);
        var (key, _) = await hub.Get<KeyRing>().CreateAsync(id, new KeyWish("small", [KeyScopes.Generate], PicturesADay: 2), Tests, Stop);
        using var client = hub.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var codes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SubmitAsync(client, new { model = "sprout", prompt = "fig" })));
        codes.Count(c => c.Code == HttpStatusCode.Accepted).ShouldBe(2);
        codes.Where(c => c.Code != HttpStatusCode.Accepted).ShouldAllBe(c => c.Body.Contains("this key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Role_limits_sizes_and_steps()
    {
        using var client = await PersonAsync("sized", None);
        (await SubmitAsync(client, new { model = "sprout", prompt = "fig", width = 4096, height = 4096 })).Body.ShouldContain("pixels that your role may ask for");
        (await SubmitAsync(client, new { model = "sprout", prompt = "fig", steps = 151 })).Body.ShouldContain("151 steps are more than the 150");
    }

    [Fact]
    public async Task Model_is_for_the_roles_it_is_for()
    {
        using var client = await PersonAsync("modelled", None);
        var models = hub.Get<ModelCatalogue>();
        await models.SetRolesAsync("sprout", [RoleNames.Moderator], Stop);
        try
        {
            (await SubmitAsync(client, new { model = "sprout", prompt = "fig" })).Body.ShouldContain("not for your role");
            (await client.GetStringAsync("/api/v1/models", Stop)).ShouldBe("[]");
            (await hub.As(Caller.Admin).GetStringAsync("/api/v1/models", Stop)).ShouldContain("sprout");
        }
        finally
        {
            await models.SetRolesAsync("sprout", null, Stop);
        }
    }

    [Fact]
    public async Task Lanes_are_for_the_roles_they_are_for()
    {
        using var client = await PersonAsync("laned", None);
        var quotas = hub.Get<QuotaBook>();
        var member = (await quotas.RolesAsync(Stop)).Single(r => r.Name == RoleNames.Member);
        member.Lanes = ["bulk"];
        await quotas.SaveAsync(member, Stop);
        hub.Get<PeopleDirectory>().Forget();
        try
        {
            (await SubmitAsync(client, new { model = "sprout", prompt = "fig" })).Body.ShouldContain("the lane");
        }
        finally
        {
            member.Lanes = null;
            await quotas.SaveAsync(member, Stop);
            hub.Get<PeopleDirectory>().Forget();
        }
    }

    private async Task<HttpClient> PersonAsync(string name, Quota quota)
    {
        var id = await hub.AddAsync($"{name}@example.org", RoleNames.Member);
        (await hub.Get<AccountBook>().SetQuotaAsync(id, quota, Tests, Stop)).ShouldBeNull();
        var client = hub.NewClient();
        client.DefaultRequestHeaders.Add("Cookie", await hub.SessionOfAsync(id));
        return client;
    }

    private static async Task<(HttpStatusCode Code, string Body)> SubmitAsync(HttpClient client, object request)
    {
        using var answer = await client.PostAsJsonAsync("/api/v1/jobs", request, Stop);
        return (answer.StatusCode, System.Text.RegularExpressions.Regex.Unescape(await answer.Content.ReadAsStringAsync(Stop)));
    }
}
