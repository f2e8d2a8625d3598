using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Rules;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.People;

public sealed class SharingTests(Townsfolk town) : IClassFixture<Townsfolk>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Max made it. Who gets the file?
    [Theory]
    [InlineData("fine", false, false, "max")]
    [InlineData("blurred", false, false, "max")]
    [InlineData("held", false, false, "ada,mo")]
    [InlineData("removed", false, false, "")]
    [InlineData("fine", true, false, "ada,mo,max,mia,vic")]
    [InlineData("blurred", true, false, "ada,mo,max,mia,vic")]
    [InlineData("held", true, false, "ada,mo")]
    [InlineData("removed", true, false, "")]
    [InlineData("fine", true, true, "ada,mo,max,mia,vic")]
    [InlineData("fine", false, true, "max")]
    [InlineData("removed", true, true, "")]
    public async Task File_goes_to_those_who_may_see_it(string standing, bool shared, bool reported, string seenBy)
    {
        var id = await town.PictureAsync("max", standing, shared);
        if (reported)
        {
            await town.ScalarAsync<Guid>($"INSERT INTO people.report (id, picture_id, reporter_id, reason) VALUES (gen_random_uuid(), '{id}', '{town.Id("mia")}', 'No.') RETURNING id");
        }

        foreach (var name in new[] { "ada", "mo", "max", "mia", "vic" })
        {
            var expected = seenBy.Split(',').Contains(name) ? HttpStatusCode.OK : HttpStatusCode.NotFound;
            (await StatusAsync(HttpMethod.Get, name, $"/pictures/{id}.png")).ShouldBe(expected, name);
            (await StatusAsync(HttpMethod.Get, name, $"/pictures/{id}/thumbnail.webp")).ShouldBe(expected, name);
        }

        (await StatusAsync(HttpMethod.Get, "nobody", $"/pictures/{id}.png")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_moderators_key_does_not_see_what_waits()
    {
        var id = await town.PictureAsync("max", "held");
        using var program = await town.ProgramAsync("mo", "read", "generate", "admin");
        using var answer = await program.GetAsync(new Uri($"/pictures/{id}.png", UriKind.Relative), Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Browsers_ask_again_whether_they_may_see_others_pictures()
    {
        var id = await town.PictureAsync("max", shared: true);
        using var own = await town.Browser("max").GetAsync(new Uri($"/pictures/{id}.png", UriKind.Relative), Token);
        own.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromDays(365));
        using var others = await town.Browser("mia").GetAsync(new Uri($"/pictures/{id}.png", UriKind.Relative), Token);
        (others.Headers.CacheControl!.NoCache, others.Headers.CacheControl.Private).ShouldBe((true, true));
    }

    [Fact]
    public async Task Shared_picture_is_listed_with_its_makers_name_and_nothing_private()
    {
        var reference = $"upload:{new string('a', 64)}";
        var id = await town.PictureAsync("max", request: $$"""{"model":"sprout","prompt":"a fig","init":"{{reference}}","mask":"{{reference}}","control":"{{reference}}","depth":"{{reference}}","map":"{{reference}}"}""");
        (await ListAsync("mia")).ShouldNotContain($"{id}");
        (await StatusAsync(HttpMethod.Post, "mia", $"/api/v1/pictures/{id}/share")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(HttpMethod.Post, "max", $"/api/v1/pictures/{id}/share")).ShouldBe(HttpStatusCode.OK);
        var shared = await ListAsync("mia");
        shared.ShouldContain($"{id}");
        shared.ShouldContain("\"maker\":\"max\"");
        shared.ShouldNotContain("example.org");
        // The detail's page holds the settings.
        var page = await town.Browser("mia").GetStringAsync(new Uri($"/gallery/shared/{id}", UriKind.Relative), Token);
        page.ShouldContain("Made by max");
        page.ShouldNotContain(new string('a', 64));
        page.ShouldNotContain("max@example.org");
        (await town.Browser("mia").GetStringAsync(new Uri($"/?from={id}", UriKind.Relative), Token)).ShouldNotContain(new string('a', 64));
        (await town.Browser("max").GetStringAsync(new Uri($"/gallery/{id}", UriKind.Relative), Token)).ShouldContain(new string('a', 64));

        (await StatusAsync(HttpMethod.Delete, "mia", $"/api/v1/pictures/{id}/share")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(HttpMethod.Delete, "max", $"/api/v1/pictures/{id}/share")).ShouldBe(HttpStatusCode.OK);
        (await ListAsync("mia")).ShouldNotContain($"{id}");
        (await town.Browser("mia").GetStringAsync(new Uri($"/gallery/shared/{id}", UriKind.Relative), Token)).ShouldContain("This picture is not here");
    }

    [Fact]
    public async Task Shared_pictures_come_page_by_page()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await town.PictureAsync("mia", shared: true));
        }

        var first = await PageAsync("?shared=true&limit=2");
        first.ShouldBe([ids[4], ids[3]]);
        (await PageAsync($"?shared=true&limit=2&before={first[^1]}")).ShouldBe([ids[2], ids[1]]);

        async Task<List<Guid>> PageAsync(string query) =>
            [.. (await town.Browser("vic").GetFromJsonAsync<List<JsonElement>>(new Uri($"/api/v1/pictures{query}", UriKind.Relative), Token))!.Select(picture => picture.GetProperty("id").GetGuid())];
    }

    [Theory]
    [InlineData("held")]
    [InlineData("removed")]
    public async Task What_is_not_seen_cannot_be_shared(string standing)
    {
        var id = await town.PictureAsync("max", standing);
        (await StatusAsync(HttpMethod.Post, "max", $"/api/v1/pictures/{id}/share")).ShouldBe(HttpStatusCode.Conflict);
        var page = await town.Browser("max").GetStringAsync(new Uri($"/gallery/{id}", UriKind.Relative), Token);
        page.ShouldContain("Because.");
        page.ShouldNotContain($"/pictures/{id}.png");
        page.ShouldNotContain("Share with everybody");
        using var start = JsonContent.Create(new { model = "sprout", prompt = "fig", init = $"picture:{id}" });
        using var answer = await town.Browser("max").PostAsync(new Uri("/api/v1/jobs", UriKind.Relative), start, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Who_may_not_publish_shares_nothing_but_can_take_it_back()
    {
        var id = await town.PictureAsync("vic", shared: true);
        (await StatusAsync(HttpMethod.Delete, "vic", $"/api/v1/pictures/{id}/share")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(HttpMethod.Post, "vic", $"/api/v1/pictures/{id}/share")).ShouldBe(HttpStatusCode.Forbidden);
        (await town.ScalarAsync<bool>($"SELECT shared_at IS NULL FROM hub.picture WHERE id = '{id}'")).ShouldBeTrue();
        using var reader = await town.ProgramAsync("max", "read");
        using var answer = await reader.PostAsync(new Uri($"/api/v1/pictures/{await town.PictureAsync("max")}/share", UriKind.Relative), null, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Complaint_leads_to_a_moderators_decision()
    {
        var id = await town.PictureAsync("max", shared: true, prompt: "<script>alert(1)</script> fig");
        (await ReportAsync("mia", id, "")).ShouldBe(HttpStatusCode.BadRequest);
        (await ReportAsync("mia", id, new string('x', 501))).ShouldBe(HttpStatusCode.BadRequest);
        (await ReportAsync("max", id, "my own")).ShouldBe(HttpStatusCode.NotFound);
        (await ReportAsync("mia", await town.PictureAsync("max"), "not shared")).ShouldBe(HttpStatusCode.NotFound);
        (await ReportAsync("mia", id, "This is <b>unkind</b>.")).ShouldBe(HttpStatusCode.NoContent);
        (await ReportAsync("mia", id, "Again.")).ShouldBe(HttpStatusCode.NoContent);
        (await town.ScalarAsync<long>($"SELECT count(*) FROM people.report WHERE picture_id = '{id}'")).ShouldBe(1);

        var page = await town.Browser("mo").GetStringAsync(new Uri("/admin/moderation", UriKind.Relative), Token);
        page.ShouldContain("This is &lt;b&gt;unkind&lt;/b&gt;.");
        page.ShouldNotContain("<script>alert(1)");
        page.ShouldNotContain("mia@example.org");
        (await town.Reports.DecideAsync(town.Actor("mo"), id, Decision.TakeDown, "Unkind.", ownToo: false, Token)).ShouldBeNull();
        (await StatusAsync(HttpMethod.Get, "max", $"/pictures/{id}.png")).ShouldBe(HttpStatusCode.NotFound);
        (await town.Browser("max").GetStringAsync(new Uri($"/gallery/{id}", UriKind.Relative), Token)).ShouldContain("Unkind.");
        (await town.Browser("mo").GetStringAsync(new Uri("/admin/moderation", UriKind.Relative), Token)).ShouldNotContain($"{id}");
    }

    [Theory]
    [InlineData("/admin/moderation", "ada,mo")]
    [InlineData("/admin/rules", "ada")]
    [InlineData("/gallery/shared", "ada,mo,max,vic")]
    public async Task Pages_are_for_those_who_need_them(string path, string forWhom)
    {
        foreach (var name in new[] { "ada", "mo", "max", "vic" })
        {
            (await StatusAsync(HttpMethod.Get, name, path)).ShouldBe(forWhom.Split(',').Contains(name) ? HttpStatusCode.OK : HttpStatusCode.Forbidden, name);
        }

        (await StatusAsync(HttpMethod.Get, "nobody", path)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Prompt_is_held_against_the_rules()
    {
        (await town.Rules.AddAsync(town.Actor("ada"), new PromptRuleDraft("gore\nblood*", "Be kind.", [RoleNames.Member]), Token)).ShouldBeEmpty();
        var before = await town.Web.JobsAsync();
        using var refused = await SubmitAsync("mia");
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").GetProperty("prompt")[0].GetString().ShouldBe("The hub’s rules do not allow “blооdy” in prompt. Be kind.");
        (await town.Web.JobsAsync()).ShouldBe(before);
        using var accepted = await SubmitAsync("ada");
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);

        async Task<HttpResponseMessage> SubmitAsync(string name)
        {
            // Two Cyrillic letters in it.
            using var document = JsonContent.Create(new { model = "sprout", prompt = "a blооdy fig" });
            return await town.Browser(name).PostAsync(new Uri("/api/v1/jobs", UriKind.Relative), document, Token);
        }
    }

    private Task<string> ListAsync(string name) => town.Browser(name).GetStringAsync(new Uri("/api/v1/pictures?shared=true&limit=200", UriKind.Relative), Token);

    private async Task<HttpStatusCode> ReportAsync(string name, Guid id, string reason)
    {
        using var content = JsonContent.Create(new { reason });
        using var answer = await town.Browser(name).PostAsync(new Uri($"/api/v1/pictures/{id}/report", UriKind.Relative), content, Token);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string name, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (method != HttpMethod.Get)
        {
            // A script asks, not a page.
            request.Headers.Accept.ParseAdd("application/json");
        }

        using var answer = await town.Browser(name).SendAsync(request, Token);
        return answer.StatusCode;
    }
}
