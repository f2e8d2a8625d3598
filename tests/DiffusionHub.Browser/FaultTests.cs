using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace DiffusionHub.Browser;

public sealed class FaultTests(HubFixture fixture) : BrowserTest(fixture)
{
    [Fact]
    public async Task Worker_killed_in_mid_job_is_restarted_and_the_picture_comes_all_the_same_once()
    {
        var page = await OpenAsync(Screen.Desktop);
        var workers = await OpenAsync(Screen.Desktop, "/admin/workers");
        var prompt = NewPrompt();
        await page.FillAsync(prompt, steps: "50");
        await page.Generate().ClickAsync();
        await page.Cards(prompt).Locator("img.preview").WaitForAsync();

        var killed = Fixture.Hub.ProcessOf("worker-1");
        await HubProcess.SignalAsync("KILL", killed);
        await page.Cards(prompt).FinishedAsync();

        Fixture.Hub.ProcessOf("worker-1").ShouldNotBe(killed);
        await Assertions.Expect(workers.Locator("[data-worker]").Filter(new() { HasText = $"process {Fixture.Hub.ProcessOf("worker-1")}" })
            .GetByText("alive", new() { Exact = true })).ToBeVisibleAsync();
        (await Fixture.PicturesAsync()).Count(p => p.GetProperty("prompt").GetString() == prompt).ShouldBe(1);
        var job = await Fixture.JobAsync(long.Parse((await page.Cards(prompt).GetAttributeAsync("data-job"))!, System.Globalization.CultureInfo.InvariantCulture));
        job.GetProperty("attempt").GetInt32().ShouldBe(2);
    }
}
