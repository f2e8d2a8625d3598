using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace DiffusionHub.Browser;

/// <summary>What may be asked for and shown, on a hub of one person.</summary>
public sealed class RulesTests(HubFixture fixture) : BrowserTest(fixture)
{
    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task Rule_refuses_a_prompt_with_its_reason_until_it_is_deleted(Screen screen)
    {
        var word = $"gore{(int)screen}";
        var page = await OpenAsync(screen, "/admin/rules");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("words must have from 1 to 500 words or phrases")).ToBeVisibleAsync();
        await page.GetByLabel("Words and phrases").FillAsync($"{word}\nnaked cat");
        await page.GetByLabel("Reason").FillAsync("Be kind.");
        // Who works here alone is the administrator.
        await page.GetByLabel("Administrator").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText($"{word}, naked cat")).ToBeVisibleAsync();

        var studio = await OpenAsync(screen, "/");
        await studio.FillAsync($"a little {word.ToUpperInvariant()}, please");
        await studio.Generate().ClickAsync();
        await Assertions.Expect(studio.GetByText($"The hub’s rules do not allow “{word.ToUpperInvariant()}” in prompt. Be kind.")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = $"Delete the rule about {word}" }).ClickAsync();
        await Assertions.Expect(page.GetByText($"{word}, naked cat")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Alone_there_is_nobody_to_share_with_and_nothing_waits_for_a_moderator()
    {
        var gallery = await OpenAsync(Screen.Desktop, "/gallery");
        (await gallery.GetByRole(AriaRole.Link, new() { Name = "Shared" }).CountAsync()).ShouldBe(0);
        var moderation = await OpenAsync(Screen.Desktop, "/admin/moderation");
        await Assertions.Expect(moderation.GetByText("Nothing waits")).ToBeVisibleAsync();
    }
}
