using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace DiffusionHub.Browser;

public sealed class StudioTests(HubFixture fixture) : BrowserTest(fixture)
{
    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task Prompt_becomes_a_forming_and_then_a_finished_picture_in_one_place(Screen screen)
    {
        var page = await OpenAsync(screen);
        var prompt = NewPrompt();
        await page.FillAsync(prompt, steps: "30", seed: "7", count: 2);
        await page.Generate().ClickAsync();
        var cards = page.Cards(prompt);
        await Assertions.Expect(cards).ToHaveCountAsync(2);
        var (first, second) = (cards.First, cards.Last);
        double[][] waiting = [await first.PlaceAsync(), await second.PlaceAsync()];
        await first.Locator("img.preview").WaitForAsync();
        await Assertions.Expect(first.GetByText("of 30")).ToBeVisibleAsync();
        double[][] forming = [await first.PlaceAsync(), await second.PlaceAsync()];
        await first.FinishedAsync();
        await second.FinishedAsync();
        double[][] finished = [await first.PlaceAsync(), await second.PlaceAsync()];
        forming.ShouldBe(waiting);
        finished.ShouldBe(waiting);
        waiting[0][2].ShouldBe(waiting[0][3], 1, "a square picture's card is square");
    }

    [Fact]
    public async Task Ctrl_Enter_generates_what_was_just_typed()
    {
        var page = await OpenAsync(Screen.Desktop);
        var prompt = NewPrompt();
        await page.FillAsync("", steps: "1");
        await page.Prompt().PressSequentiallyAsync(prompt);
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Cards(prompt).FinishedAsync();
    }

    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task Reload_and_another_device_show_the_same_running_job(Screen screen)
    {
        var page = await OpenAsync(screen);
        var prompt = NewPrompt();
        await page.FillSlowAsync(prompt);
        await page.Generate().ClickAsync();
        await page.Cards(prompt).Locator("img.preview").WaitForAsync();
        var job = await page.Cards(prompt).GetAttributeAsync("data-job");

        await page.ReloadAsync();
        await page.Cards(prompt).InState("Processing").Locator("img.preview").WaitForAsync();
        (await page.Cards(prompt).GetAttributeAsync("data-job")).ShouldBe(job);
        var other = await OpenAsync(screen == Screen.Phone ? Screen.Desktop : Screen.Phone);
        await other.Cards(prompt).InState("Processing").Locator("img.preview").WaitForAsync();

        await page.Cards(prompt).FinishedAsync();
        await other.Cards(prompt).FinishedAsync();
        (await other.Cards(prompt).GetAttributeAsync("data-job")).ShouldBe(job);
    }

    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task Cancelled_picture_stops_and_the_others_go_on(Screen screen)
    {
        var page = await OpenAsync(screen);
        var prompt = NewPrompt();
        await page.FillSlowAsync(prompt, count: 2);
        await page.Generate().ClickAsync();
        var cards = page.Cards(prompt);
        await cards.First.Locator("img.preview").WaitForAsync();
        await cards.First.HoverAsync();
        await cards.First.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await cards.First.InState("Deleted").WaitForAsync();
        await Assertions.Expect(cards.First.GetByText("Cancelled")).ToBeVisibleAsync();
        await cards.Last.FinishedAsync();
        (await Fixture.PicturesAsync()).Count(p => p.GetProperty("prompt").GetString() == prompt).ShouldBe(1);
    }

    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task Schedule_can_be_chosen_beside_a_sampler_that_takes_one_and_nothing_moves(Screen screen)
    {
        var page = await OpenAsync(screen);
        var prompt = NewPrompt();
        await page.FillAsync(prompt, steps: "2", seed: "7");
        var (sampler, schedule) = (page.GetByLabel("Sampler"), page.GetByLabel("Schedule"));
        await Assertions.Expect(schedule).ToBeDisabledAsync();
        await Assertions.Expect(page.GetByText("DDIM has noise levels of its own.")).ToBeVisibleAsync();
        var before = await page.GetByLabel("Seed", new() { Exact = true }).PlaceAsync();

        await sampler.SelectOptionAsync("Euler");
        await Assertions.Expect(schedule).ToBeEnabledAsync();
        (await page.GetByLabel("Seed", new() { Exact = true }).PlaceAsync()).ShouldBe(before);
        await schedule.SelectOptionAsync("Karras");
        await page.Generate().ClickAsync();
        await page.Cards(prompt).FinishedAsync();

        // It is part of the picture's settings.
        await page.ReloadAsync();
        await page.LiveAsync();
        await Assertions.Expect(sampler).ToHaveValueAsync("DDIM");
        await page.Locator("section.group", new() { HasText = prompt }).GetByRole(AriaRole.Button, new() { Name = "Use these settings" }).ClickAsync();
        await Assertions.Expect(sampler).ToHaveValueAsync("Euler");
        await Assertions.Expect(schedule).ToHaveValueAsync("Karras");
    }

    [Theory]
    [InlineData("prompt", "", "4", "", "Say in a few words")]
    [InlineData("prompt", "long", "4", "", "at most 4,000")]
    [InlineData("steps", "x", "0", "", "whole number from 1 to 50")]
    [InlineData("steps", "x", "1000", "", "whole number from 1 to 50")]
    [InlineData("steps", "x", "x", "", "whole number from 1 to 50")]
    [InlineData("seed", "x", "4", "-1", "whole number from 0")]
    public async Task Bad_input_is_told_at_its_field_and_queues_nothing(string field, string prompt, string steps, string seed, string said)
    {
        var page = await OpenAsync(Screen.Phone);
        var cards = await page.Locator("article[data-job]").CountAsync();
        var text = prompt switch { "" => "", "long" => new string('a', 100_000), _ => NewPrompt() };
        await page.FillAsync(text, steps, seed);
        await page.Generate().ClickAsync();
        var input = page.Locator($"#{field}");
        await Assertions.Expect(input).ToHaveAttributeAsync("aria-invalid", "true");
        // The message is the field's own description, which a screen reader says with it.
        var message = page.Locator($"#{await input.GetAttributeAsync("aria-describedby")}");
        await Assertions.Expect(message).ToBeVisibleAsync();
        await Assertions.Expect(message).ToContainTextAsync(said);
        (await page.Locator("article[data-job]").CountAsync()).ShouldBe(cards);

        // Nothing else stands in the way once it is right.
        var good = NewPrompt();
        await page.FillAsync(good, steps: "1", seed: "3");
        await page.Generate().ClickAsync();
        await page.Cards(good).FinishedAsync();
    }
}
