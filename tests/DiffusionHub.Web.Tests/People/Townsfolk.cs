using System.Net;
using System.Text.RegularExpressions;
using DiffusionHub.People;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Keys;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Rules;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.People;

/// <summary>A web node with accounts: one of each role, and a second member; each with a browser that is signed in. Pictures are put into the database and the store.</summary>
public sealed partial class Townsfolk : IAsyncLifetime
{
    private const string Password = "a long way to the sea 42";
    private readonly Dictionary<string, (Guid Id, HttpClient Browser)> _people = new(StringComparer.Ordinal);
    private ServiceProvider _services = null!;
    private long _jobs;

    internal WebFixture Web { get; } = new();

    internal ReportBook Reports => _services.GetRequiredService<ReportBook>();

    internal RuleBook Rules => _services.GetRequiredService<RuleBook>();

    public async ValueTask InitializeAsync()
    {
        await Web.InitializeAsync();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Web.Database);
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddPeople();
        _services = services.BuildServiceProvider();
        // Hashed once: it is slow, as it should be.
        var hash = new PasswordHasher<Account>().HashPassword(new Account { Role = RoleNames.Member }, Password);
        foreach (var (name, role) in new[] { ("ada", RoleNames.Admin), ("mo", RoleNames.Moderator), ("max", RoleNames.Member), ("mia", RoleNames.Member), ("vic", RoleNames.Viewer) })
        {
            var (account, errors) = await _services.GetRequiredService<AccountBook>().CreateAsync($"{name}@example.org", name, role, password: null, DiffusionHub.People.Audit.Actor.CommandLine);
            errors.ShouldBeEmpty();
            await using var set = Web.Database.CreateCommand("UPDATE people.account SET password_hash = $2 WHERE id = $1");
            set.Parameters.Add(new NpgsqlParameter { Value = account!.Id });
            set.Parameters.Add(new NpgsqlParameter { Value = hash });
            await set.ExecuteNonQueryAsync();
            await UntilAccountsCountAsync();
            _people[name] = (account!.Id, await SignInAsync($"{name}@example.org"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, browser) in _people.Values)
        {
            browser.Dispose();
        }

        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        await Web.DisposeAsync();
    }

    internal Guid Id(string name) => _people[name].Id;

    internal HttpClient Browser(string name) => name == "nobody" ? Web.Http : _people[name].Browser;

    internal Actor Actor(string name) => new(Id(name), name, "session", "127.0.0.1");

    /// <summary>A program of somebody's.</summary>
    internal async Task<HttpClient> ProgramAsync(string name, params string[] scopes)
    {
        var (key, _) = await _services.GetRequiredService<KeyRing>().CreateAsync(Id(name), new KeyWish("test", scopes), Actor(name));
        var client = new HttpClient { BaseAddress = Web.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    /// <summary>Puts a picture there.</summary>
    internal async Task<Guid> PictureAsync(string owner, string standing = "fine", bool shared = false, string prompt = "a fig", string request = """{"model":"sprout"}""")
    {
        var id = Guid.CreateVersion7();
        foreach (var file in new[] { $"{id}.png", $"{id}.webp" })
        {
            Directory.CreateDirectory(Web.PicturesFolder);
            await File.WriteAllBytesAsync(Path.Combine(Web.PicturesFolder, file), [1, 2, 3]);
        }

        await using var insert = Web.Database.CreateCommand("""
            INSERT INTO hub.picture (id, owner_id, job_id, group_id, model, prompt, seed, width, height, request, blob_key, thumbnail_key, bytes, device_milliseconds, standing, standing_reason, shared_at)
            VALUES ($1, $2, $3, $1, 'sprout', $4, 1, 8, 8, $5, $1 || '.png', $1 || '.webp', 3, 1, $6, CASE $6 WHEN 'fine' THEN NULL ELSE 'Because.' END, CASE WHEN $7 THEN now() END)
            """);
        object[] values = [id, Id(owner), 1_000_000 + Interlocked.Increment(ref _jobs), prompt];
        insert.Parameters.AddRange(Array.ConvertAll(values, value => new NpgsqlParameter { Value = value }));
        insert.Parameters.Add(new NpgsqlParameter { Value = request, NpgsqlDbType = NpgsqlDbType.Jsonb });
        insert.Parameters.Add(new NpgsqlParameter { Value = standing });
        insert.Parameters.Add(new NpgsqlParameter { Value = shared });
        await insert.ExecuteNonQueryAsync();
        return id;
    }

    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Web.Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    // The node looks each second whether there are accounts by now.
    private async Task UntilAccountsCountAsync()
    {
        while (true)
        {
            using var answer = await Web.Http.GetAsync(new Uri("/api/v1/pictures", UriKind.Relative));
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
            {
                return;
            }

            await Task.Delay(50);
        }
    }

    private async Task<HttpClient> SignInAsync(string email)
    {
        // The cookies go with the browser.
#pragma warning disable CA2000
        var browser = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = Web.Address };
#pragma warning restore CA2000
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var page = await browser.GetStringAsync(new Uri("/account/sign-in", UriKind.Relative));
        var fields = Hidden().Matches(page).ToDictionary(match => match.Groups["name"].Value, match => WebUtility.HtmlDecode(match.Groups["value"].Value), StringComparer.Ordinal);
        using var form = new FormUrlEncodedContent(fields.Append(new("Form.Email", email)).Append(new("Form.Password", Password)));
        using var answer = await browser.PostAsync(new Uri("/account/sign-in", UriKind.Relative), form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        return browser;
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();
}
