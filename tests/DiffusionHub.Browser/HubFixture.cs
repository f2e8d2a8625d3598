using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Browser;

/// <summary>One hub and one browser for the whole run.</summary>
public sealed class HubFixture : IAsyncLifetime
{
    // As PostgreSQL's own user must be able to enter it, it does not lie in a home folder.
    private readonly string _folder = Path.Combine("/tmp", $"hub-browser-{Guid.NewGuid():N}");
    private HubProcess? _hub;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private HttpClient? _http;

    /// <summary>Why there are no browser tests in this run; null: there are.</summary>
    public string? Skipped { get; private set; }

    public HubProcess Hub => _hub!;

    public IBrowser Browser => _browser!;

    public async ValueTask InitializeAsync()
    {
        if (Chromium.Find() is not { } chromium)
        {
            Skipped = Chromium.SkipReason ?? throw new InvalidOperationException($"The browser tests need Chromium. Install it with: {Chromium.Install}");
            return;
        }

        Directory.CreateDirectory(_folder, (UnixFileMode)0b111_101_101);
        TestLora.Write(Path.Combine(_folder, "models"));
        var playwright = Playwright.CreateAsync();
        _hub = await HubProcess.StartAsync(_folder, await NewDatabaseAsync());
        _http = new HttpClient { BaseAddress = _hub.Address };
        _playwright = await playwright;
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = Chromium.Arguments });
    }

    /// <summary>Queues a request as a program would; the pictures' job numbers.</summary>
    public async Task<IReadOnlyList<long>> SubmitAsync(string prompt, int steps = 1, int count = 1, long? seed = null)
    {
        using var answer = await _http!.PostAsJsonAsync(new Uri("/api/v1/jobs", UriKind.Relative), new { model = "sprout", prompt, steps, count, seed });
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        using var accepted = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        return [.. accepted.RootElement.GetProperty("jobIds").EnumerateArray().Select(id => id.GetInt64())];
    }

    /// <summary>A job as programs see it.</summary>
    public async Task<JsonElement> JobAsync(long id) => await _http!.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/jobs/{id}", UriKind.Relative));

    /// <summary>The owner's newest pictures as programs see them.</summary>
    public async Task<IReadOnlyList<JsonElement>> PicturesAsync(int limit = 200) =>
        (await _http!.GetFromJsonAsync<List<JsonElement>>(new Uri($"/api/v1/pictures?limit={limit}", UriKind.Relative)))!;

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _http?.Dispose();
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    // A database of its own on the given server; none: the hub starts the server that it brings.
    internal static async Task<HubDatabase?> NewDatabaseAsync()
    {
        if (Environment.GetEnvironmentVariable("HUB_TEST_DATABASE") is not { Length: > 0 } application || Environment.GetEnvironmentVariable("HUB_TEST_DATABASE_OWNER") is not { Length: > 0 } owner)
        {
            return null;
        }

        var name = $"test_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync();
        return new HubDatabase(Named(application), Named(owner));

        string Named(string server) => new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }
}
