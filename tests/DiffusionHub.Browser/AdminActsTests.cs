using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace DiffusionHub.Browser;

/// <summary>What an administrator does, with lanes, grants and all jobs at once.</summary>
public sealed class AdminActsTests(HubFixture fixture) : BrowserTest(fixture)
{
    private IPage? _queue;
    private IPage? _used;

    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task Lane_is_paused_drained_and_timed_and_bad_numbers_are_refused_beside_their_field(Screen screen)
    {
        var page = _used = await OpenAsync(screen, "/admin/lanes");
        var wait = Bulk(page).GetByLabel("Maximum wait");
        var patience = Bulk(page).GetByLabel("Patience");
        var place = await patience.PlaceAsync();
        await Press(page, "Pause");
        await Assertions.Expect(Bulk(page).GetByText("paused", new() { Exact = true })).ToBeVisibleAsync();
        await Press(page, "Drain");
        await Assertions.Expect(Bulk(page).GetByText("draining", new() { Exact = true })).ToBeVisibleAsync();
        (await patience.PlaceAsync()).ShouldBe(place);

        await wait.FillAsync("-1");
        await patience.FillAsync("soon");
        await Press(page, "Save");
        await Assertions.Expect(Bulk(page).GetByText("Maximum wait in seconds must be a number from 0 to 604,800; found “-1”.")).ToBeVisibleAsync();
        await Assertions.Expect(Bulk(page).GetByText("Patience in seconds must be a number from 0 to 3,600; found “soon”.")).ToBeVisibleAsync();
        await wait.FillAsync("");
        await patience.FillAsync("61.5");
        await patience.PressAsync("Enter");
        await Assertions.Expect(Bulk(page).GetByText("Saved.")).ToBeVisibleAsync();

        await page.ReloadAsync();
        await page.LiveAsync();
        await Assertions.Expect(wait).ToHaveValueAsync("");
        await Assertions.Expect(patience).ToHaveValueAsync("61.5");
        await Assertions.Expect(Bulk(page).GetByText("draining", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Person_is_granted_a_weight_and_the_grant_is_taken_back()
    {
        var page = await OpenAsync(Screen.Desktop, "/admin/people");
        var person = page.Locator("[data-person]").First;
        await person.GetByLabel("Weight").FillAsync("0");
        await person.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(person.GetByText("Weight must be a number from 0.001 to 1,000; found “0”.")).ToBeVisibleAsync();
        await person.GetByLabel("Weight").FillAsync("2.5");
        await person.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(person.GetByText("granted")).ToBeVisibleAsync();
        await person.GetByRole(AriaRole.Button, new() { Name = "Remove grant" }).ClickAsync();
        await Assertions.Expect(person.GetByText("usual share")).ToBeVisibleAsync();
        await Assertions.Expect(person.GetByLabel("Weight")).ToHaveValueAsync("1");
    }

    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task All_that_match_are_cancelled_after_their_number_was_told_and_retried_once(Screen screen)
    {
        var page = _queue = await OpenAsync(screen, "/admin/queue");
        await Interactive(page, "Pause").ClickAsync();
        await Interactive(page, "Resume").WaitForAsync();
        await Fixture.SubmitAsync(NewPrompt(), count: 3);
        await Tile(page, "Waiting").ClickAsync();
        await Assertions.Expect(Tile(page, "Waiting")).ToHaveTextAsync("3Waiting");
        var place = await page.Locator(".jobs").PlaceAsync();
        await Bar(page, "Cancel all that match").ClickAsync();
        await Assertions.Expect(page.GetByText("Cancel 3 jobs that wait or run?")).ToBeVisibleAsync();
        await Assertions.Expect(Bar(page, "No, leave them")).ToBeFocusedAsync();
        (await page.Locator(".jobs").PlaceAsync())[1].ShouldBe(place[1]);
        await Bar(page, "No, leave them").PressAsync("Enter");
        await Assertions.Expect(Bar(page, "Cancel all that match")).ToBeFocusedAsync();
        await Bar(page, "Cancel all that match").ClickAsync();
        await Bar(page, "Yes, cancel them").ClickAsync();
        await Assertions.Expect(page.GetByText("3 cancelled.")).ToBeVisibleAsync();
        await Assertions.Expect(Tile(page, "Waiting")).ToHaveTextAsync("0Waiting");

        await Tile(page, "Cancelled").ClickAsync();
        await Bar(page, "Retry all cancelled that match").ClickAsync();
        // Other tests' cancelled jobs are among them.
        var jobs = int.Parse((await page.GetByText("jobs again?").InnerTextAsync()).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        jobs.ShouldBeGreaterThanOrEqualTo(3);
        await Bar(page, "Yes, retry them").DblClickAsync();
        await Assertions.Expect(page.GetByText($"{jobs} in line again.")).ToBeVisibleAsync();
        await Assertions.Expect(Tile(page, "Waiting")).ToHaveTextAsync($"{jobs}Waiting");
        await Bar(page, "Retry all cancelled that match").ClickAsync();
        await Assertions.Expect(page.GetByText("No job matches that was not retried already.")).ToBeVisibleAsync();

        await Tile(page, "All").ClickAsync();
        await Bar(page, "Cancel all that match").ClickAsync();
        await Bar(page, "Yes, cancel them").ClickAsync();
        await Assertions.Expect(Tile(page, "Waiting")).ToHaveTextAsync("0Waiting");
    }

    /// <summary>Whatever became of the test, the lane is as the next one expects it.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (_used is { } page)
        {
            foreach (var (undo, done) in new[] { ("Resume", "Pause"), ("Take new jobs", "Drain") })
            {
                if (await Bulk(page).GetByRole(AriaRole.Button, new() { Name = undo }).IsVisibleAsync())
                {
                    await Press(page, undo);
                    await Bulk(page).GetByRole(AriaRole.Button, new() { Name = done }).WaitForAsync();
                }
            }
        }

        if (_queue is { } queue && await Interactive(queue, "Resume").IsVisibleAsync())
        {
            await Interactive(queue, "Resume").ClickAsync();
            await Interactive(queue, "Pause").WaitForAsync();
        }

        await base.DisposeAsync();
    }

    private static ILocator Interactive(IPage page, string name) => page.Locator("[data-lane=interactive]").GetByRole(AriaRole.Button, new() { Name = name });

    private static ILocator Tile(IPage page, string name) => page.GetByRole(AriaRole.Group, new() { Name = "State" }).GetByRole(AriaRole.Button, new() { Name = name });

    private static ILocator Bulk(IPage page) => page.Locator("[data-lane=bulk]");

    private static Task Press(IPage page, string name) => Bulk(page).GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();

    private static ILocator Bar(IPage page, string name) => page.GetByRole(AriaRole.Group, new() { Name = "All that match" }).GetByRole(AriaRole.Button, new() { Name = name });
}
