using System.Globalization;
using DiffusionHub.Imaging.Metadata;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace DiffusionHub.Browser;

public sealed class GalleryTests(HubFixture fixture) : BrowserTest(fixture)
{
    private IPage? _studio;

    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task Finished_picture_is_found_opened_downloaded_and_used_again(Screen screen)
    {
        var prompt = NewPrompt("rocket, flat style");
        var page = await OpenAsync(screen);
        await page.FillAsync(prompt, steps: "2", seed: "41");
        await page.Generate().ClickAsync();
        await page.Cards(prompt).FinishedAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Gallery" }).ClickAsync();
        var picture = page.Locator("[data-picture]").GetByRole(AriaRole.Img, new() { Name = prompt });
        await LoadedAsync(picture);
        (await picture.GetAttributeAsync("width"), await picture.GetAttributeAsync("height")).ShouldBe(("128", "128"));
        await picture.ClickAsync();

        var detail = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(detail.GetByText(prompt, new() { Exact = true })).ToBeVisibleAsync();
        await LoadedAsync(detail.GetByRole(AriaRole.Img));
        (await FactAsync(detail, "Seed")).ShouldBe("41");
        (await FactAsync(detail, "Steps")).ShouldBe("2");
        (await FactAsync(detail, "Model")).ShouldBe("sprout");
        (await FactAsync(detail, "Size")).ShouldBe("128 × 128 pixels");

        var download = await page.RunAndWaitForDownloadAsync(() => detail.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        download.SuggestedFilename.ShouldEndWith(".png");
        var parameters = Infotext.Parse(PngText.Read(await File.ReadAllBytesAsync(await download.PathAsync()), PngText.Parameters).ShouldNotBeNull());
        (parameters.Prompt, parameters["Seed"], parameters["Steps"], parameters["Size-1"], parameters["Model"]).ShouldBe((prompt, "41", "2", "128", "sprout"));

        await detail.GetByRole(AriaRole.Link, new() { Name = "Use these settings" }).ClickAsync();
        await page.UnfoldAsync();
        await Assertions.Expect(page.Prompt()).ToHaveValueAsync(prompt);
        await Assertions.Expect(page.GetByLabel("Seed", new() { Exact = true })).ToHaveValueAsync("41");
        await Assertions.Expect(page.GetByLabel("Steps")).ToHaveValueAsync("2");
    }

    [Fact]
    public async Task Arrows_move_between_neighbours_and_escape_gives_the_focus_back()
    {
        string[] prompts = [NewPrompt(), NewPrompt(), NewPrompt()];
        foreach (var prompt in prompts)
        {
            await MakeAsync(prompt);
        }

        var page = await OpenAsync(Screen.Desktop, "/gallery");
        var middle = page.GetByRole(AriaRole.Link, new() { Name = prompts[1] });
        await middle.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var detail = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(detail.GetByText(prompts[1], new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(detail).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(detail.GetByText(prompts[0], new() { Exact = true })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(detail.GetByText(prompts[1], new() { Exact = true })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(detail.GetByText(prompts[2], new() { Exact = true })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(detail).ToBeHiddenAsync();
        // The keyboard goes on where the eyes were: at the picture that was shown last.
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = prompts[2] })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Detail_has_an_address_of_its_own_and_says_when_the_picture_is_gone()
    {
        var prompt = NewPrompt();
        await MakeAsync(prompt);
        var id = (await Fixture.PicturesAsync(1))[0].GetProperty("id").GetString();
        var page = await OpenAsync(Screen.Phone, $"/gallery/{id}");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByText(prompt, new() { Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        var lost = await OpenAsync(Screen.Phone, $"/gallery/{Guid.CreateVersion7()}");
        await Assertions.Expect(lost.GetByText("This picture is not here")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task Wall_scrolls_on_to_the_oldest_picture_newest_first_and_none_twice(Screen screen)
    {
        // More than a page; what earlier tests made counts.
        for (var missing = 60 - (await Fixture.PicturesAsync()).Count; missing > 0; missing -= 8)
        {
            await MakeAsync(NewPrompt("pizza, noto style"), Math.Min(8, missing));
        }

        var all = (await Fixture.PicturesAsync()).Select(p => p.GetProperty("id").GetString()!).ToList();
        all.Count.ShouldBeLessThan(200, "the wall's test reads one page of the list");
        var page = await OpenAsync(screen, "/gallery");
        var shown = page.Locator("[data-picture]");
        (await shown.CountAsync()).ShouldBeLessThan(all.Count);
        while (await page.GetByText("That is all of them").CountAsync() == 0)
        {
            var before = await shown.CountAsync();
            await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
            await page.WaitForFunctionAsync("before => document.querySelectorAll('[data-picture]').length > before", before);
        }

        (await shown.EvaluateAllAsync<string[]>("links => links.map(l => l.dataset.picture)")).ShouldBe(all);
        await LoadedAsync(shown.Last.GetByRole(AriaRole.Img));
    }

    [Fact]
    public async Task New_picture_comes_to_the_top_by_itself()
    {
        await MakeAsync(NewPrompt());
        var page = await OpenAsync(Screen.Desktop, "/gallery");
        var prompt = NewPrompt();
        await Fixture.SubmitAsync(prompt);
        await LoadedAsync(page.Locator("[data-picture]").First.GetByRole(AriaRole.Img, new() { Name = prompt }));
        var total = await page.Locator(".page-head").GetByText("pictures").TextContentAsync();
        total.ShouldBe($"{(await Fixture.PicturesAsync()).Count.ToString("N0", CultureInfo.InvariantCulture)} pictures");
    }

    private static async Task LoadedAsync(ILocator picture)
    {
        await picture.ScrollIntoViewIfNeededAsync();
        await picture.Page.WaitForFunctionAsync("img => img.complete && img.naturalWidth > 0", await picture.ElementHandleAsync());
    }

    private static Task<string> FactAsync(ILocator detail, string name) =>
        detail.Locator("dl").EvaluateAsync<string>("(dl, name) => [...dl.querySelectorAll('dt')].find(dt => dt.textContent === name).nextElementSibling.textContent", name);

    // Watches the Studio, which is told, instead of asking again and again.
    private async Task MakeAsync(string prompt, int count = 1)
    {
        _studio ??= await OpenAsync(Screen.Desktop);
        await Fixture.SubmitAsync(prompt, count: count);
        await Assertions.Expect(_studio.Cards(prompt).InState("Succeeded")).ToHaveCountAsync(count);
    }
}
