using Microsoft.Playwright;
using Xunit;

namespace DiffusionHub.Browser;

public sealed class StudioPartsTests(HubFixture fixture) : BrowserTest(fixture)
{
    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task LoRA_is_found_weighted_and_used(Screen screen)
    {
        var page = await OpenAsync(screen);
        var prompt = NewPrompt();
        await page.FillAsync(prompt, steps: "2", seed: "7");
        await page.GetByRole(AriaRole.Button, new() { Name = "LoRAs" }).ClickAsync();
        var search = page.GetByRole(AriaRole.Searchbox, new() { Name = "Search LoRAs" });
        await search.FillAsync("no such thing");
        await Assertions.Expect(page.GetByText("None of them is called that.")).ToBeVisibleAsync();
        // By the keyboard alone: Enter takes the first that is left, and sends nothing.
        await search.FillAsync("everything");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add moss" })).ToBeVisibleAsync();
        await search.PressAsync("Enter");
        var weight = page.GetByLabel("The weight of moss", new() { Exact = true });
        await Assertions.Expect(weight).ToHaveValueAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put “mossy” into the prompt" }).ClickAsync();
        await Assertions.Expect(page.Prompt()).ToHaveValueAsync($"{prompt}, mossy");

        await weight.FillAsync("5");
        await page.Generate().ClickAsync();
        await Assertions.Expect(page.Locator("#loras-error")).ToContainTextAsync("from -4 to 4");
        await weight.FillAsync("-0.5");
        await page.Generate().ClickAsync();
        var cards = page.Cards($"{prompt}, mossy");
        await cards.FinishedAsync();

        await cards.Locator("a.open").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByText("moss × -0.5")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "Use these settings" }).ClickAsync();
        await page.LiveAsync();
        await page.UnfoldAsync();
        var part = page.GetByRole(AriaRole.Button, new() { Name = "LoRAs" });
        await Assertions.Expect(part).ToContainTextAsync("1 chosen");
        await part.ClickAsync();
        await Assertions.Expect(weight).ToHaveValueAsync("-0.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove moss" }).ClickAsync();
        await Assertions.Expect(weight).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Advanced_settings_are_told_of_where_they_are_wrong_and_kept_with_the_picture()
    {
        var page = await OpenAsync(Screen.Desktop);
        var prompt = NewPrompt();
        await page.FillAsync(prompt, steps: "1", seed: "7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Advanced" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Emphasis and long prompts")).ToBeCheckedAsync();
        await page.GetByLabel("Emphasis and long prompts").UncheckAsync();
        await page.GetByLabel("Clip skip").FillAsync("99");
        await page.Generate().ClickAsync();
        await Assertions.Expect(page.Locator("#clip-skip-error")).ToContainTextAsync("whole number from 0");
        await page.GetByLabel("Clip skip").FillAsync("1");
        await page.Generate().ClickAsync();
        await page.Cards(prompt).FinishedAsync();

        await page.ReloadAsync();
        await page.LiveAsync();
        await page.Locator("section.group", new() { HasText = prompt }).GetByRole(AriaRole.Button, new() { Name = "Use these settings" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Advanced" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Clip skip")).ToHaveValueAsync("1");
        await Assertions.Expect(page.GetByLabel("Emphasis and long prompts")).Not.ToBeCheckedAsync();
    }
}
