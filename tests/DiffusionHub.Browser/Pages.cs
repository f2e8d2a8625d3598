using Microsoft.Playwright;

namespace DiffusionHub.Browser;

/// <summary>The places of the pages by what a person sees or a program reads.</summary>
internal static class Pages
{
    /// <summary>Waits until the page answers: before, it is the server's picture of it.</summary>
    public static Task LiveAsync(this IPage page) => page.Locator("main[data-live=true]").WaitForAsync();

    public static ILocator Prompt(this IPage page) => page.GetByLabel("Prompt", new() { Exact = true });

    public static ILocator Generate(this IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Generate" });

    /// <summary>The cards of the request with this prompt, in order.</summary>
    public static ILocator Cards(this IPage page, string prompt) =>
        page.Locator("section.group", new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = prompt, Exact = true }) }).Locator("article[data-job]");

    public static ILocator InState(this ILocator cards, string state) => cards.And(cards.Page.Locator($"[data-state={state}]"));

    /// <summary>Waits until a card's picture is there, loaded and not broken.</summary>
    public static async Task FinishedAsync(this ILocator card)
    {
        await card.InState("Succeeded").WaitForAsync();
        var picture = card.Locator("img.final");
        await picture.WaitForAsync();
        await card.Page.WaitForFunctionAsync("img => img.complete && img.naturalWidth === 128", await picture.ElementHandleAsync());
    }

    /// <summary>Where a thing stands on the page, however far it is scrolled: left, top, width, height in CSS pixels.</summary>
    public static Task<double[]> PlaceAsync(this ILocator thing) => thing.EvaluateAsync<double[]>(
        "e => { const r = e.getBoundingClientRect(); return [r.x + scrollX, r.y + scrollY, r.width, r.height].map(n => Math.round(n * 10) / 10); }");

    /// <summary>Opens the settings where a narrow screen folds them away.</summary>
    public static async Task UnfoldAsync(this IPage page)
    {
        var more = page.GetByRole(AriaRole.Button, new() { Name = "More settings" });
        if (await more.IsVisibleAsync())
        {
            await more.ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Fewer settings" }).WaitForAsync();
        }
    }

    /// <summary>Fills the Studio; null leaves a field as it is.</summary>
    public static async Task FillAsync(this IPage page, string prompt, string? steps = null, string? seed = null, int count = 1)
    {
        await page.Prompt().FillAsync(prompt);
        if (steps is not null || seed is not null)
        {
            await page.UnfoldAsync();
        }

        if (steps is not null)
        {
            await page.GetByLabel("Steps").FillAsync(steps);
        }

        if (seed is not null)
        {
            await page.GetByLabel("Seed", new() { Exact = true }).FillAsync(seed);
        }

        if (count != 1)
        {
            await page.Locator($"input[name=count][value='{count}']").CheckAsync();
        }
    }

    /// <summary>Fills the Studio for pictures that take as long as the built-in model can: the most steps, two calls each.</summary>
    public static async Task FillSlowAsync(this IPage page, string prompt, int count = 1)
    {
        await page.FillAsync(prompt, steps: "50", count: count);
        await page.GetByLabel("Sampler").SelectOptionAsync("Heun");
    }
}
