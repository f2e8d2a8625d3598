using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace DiffusionHub.Browser;

public sealed class AdminTests(HubFixture fixture) : BrowserTest(fixture)
{
    private IPage? _models;
    private IPage? _queue;

    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task Paused_lane_holds_jobs_until_it_is_resumed(Screen screen)
    {
        _queue = await OpenAsync(screen, "/admin/queue");
        // A lane is listed once something was in it; that must be done, or it would stay first in line.
        var before = NewPrompt();
        await Fixture.SubmitAsync(before);
        await Assertions.Expect(Row(_queue, before)).ToContainTextAsync("Succeeded");
        await Button(_queue, "Pause").ClickAsync();
        await Assertions.Expect(Lane(_queue).GetByText("paused")).ToBeVisibleAsync();

        var studio = await OpenAsync(screen);
        var prompt = NewPrompt();
        await studio.FillAsync(prompt, steps: "1", count: 2);
        await studio.Generate().ClickAsync();
        await Assertions.Expect(studio.Cards(prompt).First).ToContainTextAsync("Next in line");
        await Assertions.Expect(studio.Cards(prompt).Last).ToContainTextAsync("2nd in line");
        await Assertions.Expect(Row(_queue, prompt)).ToHaveCountAsync(2);
        await Assertions.Expect(Row(_queue, prompt).First).ToContainTextAsync("Waiting");
        // Both pages say why, in the same words.
        await Assertions.Expect(studio.Cards(prompt).First).ToContainTextAsync("Paused by an administrator.");
        await Assertions.Expect(Row(_queue, prompt).First).ToContainTextAsync("Paused by an administrator.");

        await Button(_queue, "Resume").ClickAsync();
        await studio.Cards(prompt).First.FinishedAsync();
        await studio.Cards(prompt).Last.FinishedAsync();
        await Assertions.Expect(Row(_queue, prompt).First).ToContainTextAsync("Succeeded");
    }

    [Fact]
    public async Task Administrator_cancels_and_retries_a_job_and_the_studio_sees_it()
    {
        _queue = await OpenAsync(Screen.Desktop, "/admin/queue");
        var studio = await OpenAsync(Screen.Desktop);
        var prompt = NewPrompt();
        // Paused, so that the picture is not done before the button is found.
        await Button(_queue, "Pause").ClickAsync();
        await Assertions.Expect(Lane(_queue).GetByText("paused")).ToBeVisibleAsync();
        await studio.FillAsync(prompt, steps: "1");
        await studio.Generate().ClickAsync();
        await Assertions.Expect(Row(_queue, prompt)).ToContainTextAsync("Waiting");
        await Row(_queue, prompt).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await studio.Cards(prompt).InState("Deleted").WaitForAsync();
        await Button(_queue, "Resume").ClickAsync();
        await Assertions.Expect(Row(_queue, prompt)).ToContainTextAsync("Cancelled");
        await Row(_queue, prompt).GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await studio.Cards(prompt).InState("Succeeded").FinishedAsync();
        (await Fixture.PicturesAsync()).Count(p => p.GetProperty("prompt").GetString() == prompt).ShouldBe(1);
    }

    [Fact]
    public async Task Jobs_are_listed_by_state()
    {
        var prompt = NewPrompt();
        _queue = await OpenAsync(Screen.Desktop, "/admin/queue");
        await Fixture.SubmitAsync(prompt);
        await Assertions.Expect(Row(_queue, prompt)).ToContainTextAsync("Succeeded");
        var tiles = _queue.GetByRole(AriaRole.Group, new() { Name = "State" });
        await tiles.GetByRole(AriaRole.Button, new() { Name = "Failed" }).ClickAsync();
        await Assertions.Expect(Row(_queue, prompt)).ToHaveCountAsync(0);
        await tiles.GetByRole(AriaRole.Button, new() { Name = "Succeeded" }).ClickAsync();
        await Assertions.Expect(Row(_queue, prompt)).ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task Worker_is_shown_alive_with_what_it_does(Screen screen)
    {
        var page = await OpenAsync(screen, "/admin/workers");
        var worker = page.Locator("[data-worker]").Filter(new() { HasText = $"process {Fixture.Hub.ProcessOf("worker-1")}" });
        await Assertions.Expect(worker.GetByText("alive", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(worker).ToContainTextAsync("sprout");
        var job = (await Fixture.SubmitAsync(NewPrompt(), steps: 30))[0];
        await Assertions.Expect(worker.GetByText($"Job {job}")).ToBeVisibleAsync();
        await Assertions.Expect(worker.GetByText("Idle")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Model_that_is_switched_off_is_refused_with_the_reason_until_it_is_on_again()
    {
        var studio = await OpenAsync(Screen.Desktop);
        _models = await OpenAsync(Screen.Phone, "/admin/models");
        await Switch(_models).ClickAsync();
        await Assertions.Expect(Model(_models)).ToContainTextAsync("Switched off");
        var prompt = NewPrompt();
        await studio.FillAsync(prompt, steps: "1");
        await studio.Generate().ClickAsync();
        await Assertions.Expect(studio.GetByText("The model “sprout” is switched off")).ToBeVisibleAsync();
        await Assertions.Expect(studio.Cards(prompt)).ToHaveCountAsync(0);

        await Switch(_models).ClickAsync();
        await Assertions.Expect(Model(_models)).ToContainTextAsync("In use");
        await studio.Generate().ClickAsync();
        await studio.Cards(prompt).FinishedAsync();
    }

    /// <summary>Whatever became of the test, the next one finds the lane running and the model in use.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (_queue is not null && await Button(_queue, "Resume").IsVisibleAsync())
        {
            await Button(_queue, "Resume").ClickAsync();
            await Button(_queue, "Pause").WaitForAsync();
        }

        if (_models is not null && await Model(_models).GetByText("Switched off").IsVisibleAsync())
        {
            await Switch(_models).ClickAsync();
            await Model(_models).GetByText("In use").WaitForAsync();
        }

        await base.DisposeAsync();
    }

    private static ILocator Lane(IPage page) => page.Locator("[data-lane=interactive]");

    private static ILocator Button(IPage page, string name) => Lane(page).GetByRole(AriaRole.Button, new() { Name = name });

    private static ILocator Row(IPage page, string prompt) => page.GetByRole(AriaRole.Row).Filter(new() { HasText = prompt });

    private static ILocator Model(IPage page) => page.Locator("[data-model=sprout]");

    private static ILocator Switch(IPage page) => Model(page).Locator(".rz-switch");
}
