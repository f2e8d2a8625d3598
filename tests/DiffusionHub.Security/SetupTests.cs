using System.Net;
using DiffusionHub.Data.Settings;
using DiffusionHub.Domain.People;
using DiffusionHub.Migrations;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Links;
using DiffusionHub.Tests;
using DiffusionHub.Web;
using DiffusionHub.Web.Features.Accounts;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Security;

/// <summary>A hub's first start: of one that others reach, and of one on a laptop that gets accounts.</summary>
[Collection(OneHub.Name)]
public sealed class SetupTests : IAsyncLifetime
{
    private static readonly Actor Tests = new(null, "tests", "tests", null);
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-setup-").FullName;
    private string _database = "";
    private WebApplication? _app;
    private HttpClient _http = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), TestServer.Role);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            _http.Dispose();
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Hub_without_administrator_serves_its_setup_page_and_nothing_else()
    {
        await StartAsync(accounts: true);
        foreach (var page in new[] { "/", "/gallery", "/admin/people", "/account/sign-in", "/account/join", "/nowhere" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, page) { Headers = { { "Accept", "text/html" } } };
            using var answer = await _http.SendAsync(request, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, page);
            answer.Headers.Location!.OriginalString.ShouldEndWith("/setup", Case.Sensitive, page);
        }

        using var api = await _http.GetAsync("/api/v1/models", Stop);
        api.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        using var live = await _http.GetAsync("/health/live", Stop);
        live.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _http.GetStringAsync("/setup", Stop)).ShouldNotContain("<form");
        (await _http.GetStringAsync("/setup?token=guess", Stop)).ShouldNotContain("<form");
    }

    [Fact]
    public async Task Setup_link_makes_one_administrator_who_is_signed_in()
    {
        await StartAsync(accounts: true);
        var links = _app!.Services.GetRequiredService<LinkBook>();
        var old = await links.CreateAsync(new LinkWish(LinkKinds.Setup, LinkWish.SetupLifetime), Tests, Stop);
        var secret = await links.CreateAsync(new LinkWish(LinkKinds.Setup, LinkWish.SetupLifetime), Tests, Stop);
        (await _http.GetStringAsync($"/setup?token={old}", Stop)).ShouldNotContain("<form");
        using var bad = await SetUpAsync(secret, "ann", "short");
        (await bad.Content.ReadAsStringAsync(Stop)).ShouldContain("at least 12 characters");
        using var made = await SetUpAsync(secret, "ann@example.org", SecurityFixture.Password);
        made.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        made.Headers.GetValues("Set-Cookie").ShouldContain(c => c.StartsWith("hub.session=", StringComparison.Ordinal));
        var accounts = await _app.Services.GetRequiredService<AccountBook>().ListAsync(Stop);
        accounts.ShouldHaveSingleItem().Account.Role.ShouldBe("admin");
        using var again = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _http.BaseAddress };
        using var closed = await again.GetAsync($"/setup?token={secret}", Stop);
        closed.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Setup_link_is_worth_nothing_once_somebody_else_is_the_administrator()
    {
        await StartAsync(accounts: true);
        var secret = await _app!.Services.GetRequiredService<LinkBook>().CreateAsync(new LinkWish(LinkKinds.Setup, LinkWish.SetupLifetime), Tests, Stop);
        using var scope = _app.Services.CreateScope();
        await _app.Services.GetRequiredService<AccountBook>().CreateAsync("ann@example.org", "Ann", "admin", null, Tests, Stop);
        var errors = await scope.ServiceProvider.GetRequiredService<AccountMaking>().SetUpAsync(
            new AccountForm { Link = secret, Email = "eve@example.org", Name = "Eve", Password = SecurityFixture.Password }, needsLink: true);
        errors.ShouldHaveSingleItem().Field.ShouldBe("link");
        (await _app.Services.GetRequiredService<AccountBook>().ListAsync(Stop)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Setup_link_is_good_for_its_hour()
    {
        await StartAsync(accounts: true);
        var secret = await _app!.Services.GetRequiredService<LinkBook>().CreateAsync(new LinkWish(LinkKinds.Setup, TimeSpan.FromSeconds(-1)), Tests, Stop);
        (await _http.GetStringAsync($"/setup?token={secret}", Stop)).ShouldNotContain("<form");
        LinkWish.SetupLifetime.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Laptop_that_gets_accounts_gives_its_pictures_to_the_first_one()
    {
        await StartAsync(accounts: false);
        (await StatusAsync("/api/v1/models")).ShouldBe(HttpStatusCode.OK);
        // Something that hands requests on, without being named, would make all the world the local user.
        using var handed = new HttpRequestMessage(HttpMethod.Get, "/api/v1/models") { Headers = { { "X-Forwarded-For", "192.0.2.9" } } };
        using var refusedHanded = await _http.SendAsync(handed, Stop);
        refusedHanded.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await using var insert = _app!.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("""
            INSERT INTO hub.picture (id, owner_id, job_id, group_id, model, prompt, seed, width, height, request, blob_key, thumbnail_key, bytes, device_milliseconds)
            VALUES (gen_random_uuid(), $1, 1, gen_random_uuid(), 'sprout', 'a fig of the laptop', 1, 8, 8, '{}', 'a', 'a', 3, 1)
            """);
        insert.Parameters.Add(new NpgsqlParameter { Value = User.LocalId });
        await insert.ExecuteNonQueryAsync(Stop);
        using var made = await SetUpAsync(null, "ann@example.org", SecurityFixture.Password);
        made.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        // She is signed in, and nobody else is the local user any more.
        (await _http.GetStringAsync("/api/v1/pictures/", Stop)).ShouldContain("a fig of the laptop");
        using var stranger = new HttpClient { BaseAddress = _http.BaseAddress };
        using var refused = await stranger.GetAsync("/api/v1/pictures/", Stop);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("127.0.0.1", "", "", false)]
    [InlineData("::1", "", "", false)]
    [InlineData("0.0.0.0", "", "", true)]
    [InlineData("192.0.2.7", "", "", true)]
    [InlineData("127.0.0.1", "pictures.example", "", true)]
    [InlineData("127.0.0.1", "", "10.0.0.1", true)]
    public void Only_a_hub_that_nobody_else_reaches_needs_no_sign_in(string listen, string hosts, string proxy, bool reachable) => AccountsMode.IsReachable(new HubSettings
    {
        DataFolder = "/tmp", Listen = listen, Hosts = hosts.Length > 0 ? [hosts] : [], Proxies = proxy.Length > 0 ? [new IPNetwork(IPAddress.Parse(proxy), 32)] : [],
    }).ShouldBe(reachable);

    [Fact]
    public async Task Sign_up_is_open_only_where_it_is_said_to_be()
    {
        await StartAsync(accounts: true);
        await _app!.Services.GetRequiredService<AccountBook>().CreateAsync("ann@example.org", "Ann", "admin", null, Tests, Stop);
        await _app.Services.GetRequiredService<AccountsMode>().RefreshAsync(Stop);
        (await _http.GetStringAsync("/account/join", Stop)).ShouldNotContain("<form");
        await _app.Services.GetRequiredService<SignUpRules>().SaveAsync(SignUp.Open, "viewer", Tests, Stop);
        using var joined = await SecurityFixture.PostFormAsync(_http, "/account/join", ("Form.Email", "bob@example.org"), ("Form.Name", "Bob"), ("Form.Password", SecurityFixture.Password));
        joined.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await _app.Services.GetRequiredService<AccountBook>().FindAsync("bob@example.org", Stop))!.Role.ShouldBe("viewer");
    }

    private async Task StartAsync(bool accounts)
    {
        _app = WebProgram.Build(["--applicationName", "DiffusionHub.Web"], new HubSettings { DataFolder = _folder, Database = _database, Port = 0, Accounts = accounts });
        await _app.StartAsync(Stop);
        var address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = address };
    }

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await _http.GetAsync(path, Stop);
        return answer.StatusCode;
    }

    private Task<HttpResponseMessage> SetUpAsync(string? secret, string email, string password) =>
        SecurityFixture.PostFormAsync(_http, secret is null ? "/setup" : $"/setup?token={secret}", ("Form.Email", email), ("Form.Name", "Ann"), ("Form.Password", password));
}
