using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using DiffusionHub.Data.Settings;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Migrations;
using DiffusionHub.People;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Keys;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Sessions;
using DiffusionHub.Tests;
using DiffusionHub.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace DiffusionHub.Security;

/// <summary>All tests share one hub.</summary>
[CollectionDefinition(Name)]
public sealed class OneHub : ICollectionFixture<SecurityFixture>
{
    public const string Name = "one hub";
}

/// <summary>A web node of ours, with accounts, on a real server and database; people of every role who signed in by its page.</summary>
public sealed partial class SecurityFixture : IAsyncLifetime
{
    public const string Password = "a heron stands in the reeds";
    private static readonly Actor Tests = new(null, "tests", "tests", null);
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-security-").FullName;
    private readonly Dictionary<Caller, HttpClient> _clients = [];
    private readonly Dictionary<Caller, Guid> _ids = [];
    private readonly Dictionary<Caller, string> _cookies = [];
    private int _visitors;

    public WebApplication App { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    private Faults Faults { get; } = new();

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    public HttpClient As(Caller caller) => _clients[caller];

    public Guid IdOf(Caller caller) => _ids[caller];

    public static string EmailOf(Caller caller) => $"{caller}@example.org".ToLowerInvariant();

    public async ValueTask InitializeAsync()
    {
        var database = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(database), TestServer.Role);
        await AnnounceAsync(database);
        App = WebProgram.Build(["--applicationName", "DiffusionHub.Web"], new HubSettings { DataFolder = _folder, Database = database, Port = 0, Accounts = true, Proxies = [IPNetwork.Parse("127.0.0.1/32")] });
        Get<ILoggerFactory>().AddProvider(Faults);
        await App.StartAsync();
        Address = new Uri(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await PeopleAsync();
        await KeysAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        await App.StopAsync();
        await App.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A client that keeps cookies, follows no redirect, and has signed in nowhere. It has an address of its own, by way of a proxy that is believed, so that the limits of one address are not met.</summary>
    public HttpClient NewClient() => new(new FaultHandler(Faults) { InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() } })
    {
        BaseAddress = Address, DefaultRequestHeaders = { { "X-Forwarded-For", Visitor() } },
    };

    /// <summary>A network address that nobody had.</summary>
    public string Visitor()
    {
        var number = Interlocked.Increment(ref _visitors);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"10.0.{number / 250}.{1 + (number % 250)}");
    }

    /// <summary>Makes an account.</summary>
    public async Task<Guid> AddAsync(string email, string role)
    {
        var (account, errors) = await Get<AccountBook>().CreateAsync(email, email.Split('@')[0], role, Password, Tests);
        return account?.Id ?? throw new InvalidOperationException(string.Join(' ', errors.Select(e => e.Message)));
    }

    /// <summary>The cookies of somebody who signed in.</summary>
    public string? CookiesOf(Caller caller) => caller == Caller.Nobody ? null : _cookies[caller];

    /// <summary>A session as the sign-in makes it, without its second of hashing: the cookie.</summary>
    public async Task<string> SessionOfAsync(Guid id)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        var principal = await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<Account>>().CreateAsync(new Account { Id = id, Role = "" });
        await http.SignInAsync(IdentityConstants.ApplicationScheme, principal);
        return http.Response.Headers.SetCookie.Single(c => c!.StartsWith("hub.session=", StringComparison.Ordinal))!.Split(';')[0];
    }

    /// <summary>What an address answers to a cookie.</summary>
    public async Task<HttpStatusCode> StatusAsync(string path, string cookie)
    {
        using var client = NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Cookie", cookie } } };
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>Signs in by the page, as a browser does.</summary>
    public static async Task<HttpResponseMessage> SignInAsync(HttpClient client, string email, string password) =>
        await PostFormAsync(client, "/account/sign-in", ("Form.Email", email), ("Form.Password", password));

    /// <summary>Fills and sends the form of a plain page.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient client, string page, params (string Name, string Value)[] fields)
    {
        var shown = await client.GetAsync(page);
        var html = await shown.Content.ReadAsStringAsync();
        if (!html.Contains("<form", StringComparison.Ordinal))
        {
            return shown; // There is nothing to send: what the page says is the answer.
        }

        shown.Dispose();
        var hidden = Hidden().Matches(html).Select(m => KeyValuePair.Create(m.Groups["name"].Value, WebUtility.HtmlDecode(m.Groups["value"].Value)));
        using var content = new FormUrlEncodedContent(hidden.Where(h => fields.All(f => f.Name != h.Key)).Concat(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));
        return await client.PostAsync(page, content);
    }

    private static async Task AnnounceAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var announce = source.CreateCommand("INSERT INTO hub.model (name, kind, family, capabilities) VALUES ('sprout', 'model', 'StableDiffusion', $1::jsonb)");
        announce.Parameters.Add(new NpgsqlParameter { Value = JsonSerializer.Serialize(Model, RequestJson.Default.ModelCapabilities) });
        await announce.ExecuteNonQueryAsync();
        await using var accept = source.CreateCommand("UPDATE queue.setting SET refuse_unrunnable = false");
        await accept.ExecuteNonQueryAsync();
    }

    internal static ModelCapabilities Model { get; } = new()
    {
        Name = "sprout", Family = "StableDiffusion", Hash = "047358e7", Tasks = ["text-to-image"], Samplers = ["DDIM"], Schedules = ["Normal"], SamplersWithSchedules = [],
        DefaultSteps = 4, MaxSteps = 500, DefaultGuidance = 2, DefaultWidth = 128, DefaultHeight = 128, MinSide = 64, MaxSide = 4096, SideMultiple = 8,
    };

    private async Task PeopleAsync()
    {
        (Caller Who, string Role)[] people =
        [
            (Caller.Admin, RoleNames.Admin), (Caller.Moderator, RoleNames.Moderator), (Caller.Member, RoleNames.Member), (Caller.Viewer, RoleNames.Viewer),
            (Caller.Disabled, RoleNames.Admin), (Caller.SignedOut, RoleNames.Admin),
        ];
        _clients[Caller.Nobody] = NewClient();
        foreach (var (who, role) in people)
        {
            _ids[who] = await AddAsync(EmailOf(who), role);
            _clients[who] = NewClient();
            using var answer = await SignInAsync(_clients[who], EmailOf(who), Password);
            if (answer.StatusCode != HttpStatusCode.Redirect)
            {
                throw new InvalidOperationException($"{who} cannot sign in: {answer.StatusCode}");
            }

            _cookies[who] = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("hub.session=", StringComparison.Ordinal)).Split(';')[0];
        }

        await Get<AccountBook>().DisableAsync(IdOf(Caller.Disabled), Tests);
        // The cookie stays in the client: it was stolen, say.
        await Get<SessionBook>().EndAllAsync(IdOf(Caller.SignedOut));
    }

    private async Task KeysAsync()
    {
        (Caller Who, Caller Owner, string[] Scopes)[] keys =
        [
            (Caller.ReadKey, Caller.Member, [KeyScopes.Read]), (Caller.GenerateKey, Caller.Member, [KeyScopes.Generate]), (Caller.ViewersKey, Caller.Viewer, [KeyScopes.Generate]),
            (Caller.AdminKey, Caller.Admin, [KeyScopes.Admin]), (Caller.WholeKey, Caller.Admin, [.. KeyScopes.All]), (Caller.RevokedKey, Caller.Admin, [.. KeyScopes.All]),
            (Caller.ExpiredKey, Caller.Admin, [.. KeyScopes.All]),
        ];
        var ring = Get<KeyRing>();
        foreach (var (who, owner, scopes) in keys)
        {
            var (key, _) = await ring.CreateAsync(IdOf(owner), new KeyWish(who.ToString(), scopes), Tests);
            _ids[who] = IdOf(owner);
            _clients[who] = NewClient();
            _clients[who].DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        var made = await ring.ListAsync(null);
        await ring.RevokeAsync(null, made.Single(k => k.Name == nameof(Caller.RevokedKey)).Id, Tests);
        await using var context = await Get<IDbContextFactory<PeopleDbContext>>().CreateDbContextAsync();
        await context.Keys.Where(k => k.Name == nameof(Caller.ExpiredKey)).ExecuteUpdateAsync(set => set.SetProperty(k => k.ExpiresAt, DateTimeOffset.UtcNow.AddSeconds(-1)));
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();
}
