using System.Collections.Concurrent;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace DiffusionHub.Browser;

/// <summary>A test in a real browser. At its end it holds every page to a clean console.</summary>
public abstract class BrowserTest(HubFixture fixture) : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly List<IBrowserContext> _contexts = [];

    private readonly List<string> _expected = [];

    protected HubFixture Fixture => fixture;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(fixture.Skipped is not null, fixture.Skipped ?? "");
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts)
        {
            await context.CloseAsync();
        }

        _complaints.ShouldBeEmpty("errors in the browser's console");
        GC.SuppressFinalize(this);
    }

    /// <summary>A person who has never been here, on a device of their own.</summary>
    protected async Task<IPage> OpenAsync(Screen screen, string path = "/", string theme = "dark")
    {
        var context = await fixture.Browser.NewContextAsync(screen.Options(fixture.Hub.Address, theme));
        context.SetDefaultTimeout(30_000);
        Assertions.SetDefaultExpectTimeout(30_000);
        _contexts.Add(context);
        if (theme == "light")
        {
            await context.AddCookiesAsync([new Cookie { Name = "theme", Value = "light", Url = fixture.Hub.Address.ToString() }]);
        }

        var page = await context.NewPageAsync();
        page.PageError += (_, error) => _complaints.Enqueue($"{page.Url}: {error}");
        page.Console += (_, message) =>
        {
            // The page that is not there is asked for on purpose.
            if (message.Type == "error" && !_expected.Exists(part => message.Text.Contains(part, StringComparison.Ordinal)) && !(page.Url.EndsWith("/nowhere", StringComparison.Ordinal) && message.Text.Contains("404", StringComparison.Ordinal)))
            {
                _complaints.Enqueue($"{page.Url}: {message.Text} ({message.Location})");
            }
        };
        await page.GotoAsync(path);
        await page.LiveAsync();
        return page;
    }

    /// <summary>From now on messages with this in them are part of the test.</summary>
    protected void Expect(string part) => _expected.Add(part);

    /// <summary>Words that no other test uses, so that its pictures are found among all.</summary>
    protected static string NewPrompt(string words = "red apple, fluent style") => $"{words} {Guid.NewGuid().ToString("N")[..8]}";
}
