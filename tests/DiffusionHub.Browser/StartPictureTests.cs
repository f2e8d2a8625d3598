using DiffusionHub.Imaging;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace DiffusionHub.Browser;

public sealed class StartPictureTests(HubFixture fixture) : BrowserTest(fixture)
{
    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task Picture_and_painted_mask_go_with_the_job_and_come_back_with_its_settings(Screen screen)
    {
        var page = await OpenAsync(screen);
        var prompt = NewPrompt();
        await page.FillAsync(prompt, steps: "4", seed: "7");
        await ChooseAsync(page, "start.png", Picture(160, 120));
        await Assertions.Expect(page.GetByText("160 × 120 pixels")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Paint a mask" }).ClickAsync();
        var editor = await EditorAsync(page);
        await PaintAsync(page, editor, 0.3f, 0.7f);
        await editor.GetByRole(AriaRole.Button, new() { Name = "Use this mask" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Change the mask" })).ToBeVisibleAsync();
        await page.GetByLabel("Strength", new() { Exact = true }).FillAsync("0.9");
        await page.Generate().ClickAsync();
        await page.Cards(prompt).FinishedAsync();

        // The picture's detail shows both, and how they were used.
        await page.Cards(prompt).Locator("a.open").ClickAsync();
        var detail = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(detail.GetByText("Started from")).ToBeVisibleAsync();
        await Assertions.Expect(detail.GetByText("Strength 0.9")).ToBeVisibleAsync();
        var mask = await MaskAsync(page, await detail.GetByRole(AriaRole.Link, new() { Name = "Mask" }).GetAttributeAsync("href"));
        (mask.Width, mask.Height).ShouldBe((160, 120));
        At(mask, 0.5, 0.5).ShouldBe(255, "painted");
        At(mask, 0.5, 0.1).ShouldBe(0, "not painted");

        // All of it comes back.
        await detail.GetByRole(AriaRole.Link, new() { Name = "Use these settings" }).ClickAsync();
        await page.LiveAsync();
        await Assertions.Expect(page.GetByText("160 × 120 pixels")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Change the mask" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByLabel("Strength", new() { Exact = true })).ToHaveValueAsync("0.9");
    }

    [Fact]
    public async Task Mask_can_be_made_undone_and_cleared_with_the_keyboard_alone()
    {
        var page = await OpenAsync(Screen.Desktop);
        await ChooseAsync(page, "start.png", Picture(128, 128));
        await page.GetByRole(AriaRole.Button, new() { Name = "Paint a mask" }).PressAsync("Enter");
        var editor = await EditorAsync(page);
        await editor.GetByText("By numbers").PressAsync("Enter");
        await editor.GetByLabel("Left").FillAsync("50");
        await editor.GetByLabel("Top").FillAsync("0");
        await editor.GetByLabel("Width").FillAsync("50");
        await editor.GetByLabel("Height").FillAsync("100");
        await editor.GetByRole(AriaRole.Button, new() { Name = "Repaint outside" }).PressAsync("Enter");
        (await AlphaAsync(editor, 0.25, 0.5), await AlphaAsync(editor, 0.75, 0.5)).ShouldBe((255, 0));
        await editor.GetByRole(AriaRole.Button, new() { Name = "Repaint inside" }).PressAsync("Enter");
        (await AlphaAsync(editor, 0.25, 0.5), await AlphaAsync(editor, 0.75, 0.5)).ShouldBe((0, 255));
        await page.Keyboard.PressAsync("Control+z");
        (await AlphaAsync(editor, 0.25, 0.5), await AlphaAsync(editor, 0.75, 0.5)).ShouldBe((255, 0));
        await editor.GetByRole(AriaRole.Button, new() { Name = "Clear" }).PressAsync("Enter");
        (await AlphaAsync(editor, 0.25, 0.5)).ShouldBe(0);
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(editor).ToBeHiddenAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Paint a mask" })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Eraser_takes_paint_away()
    {
        var page = await OpenAsync(Screen.Desktop);
        await ChooseAsync(page, "start.png", Picture(128, 128));
        await page.GetByRole(AriaRole.Button, new() { Name = "Paint a mask" }).ClickAsync();
        var editor = await EditorAsync(page);
        await PaintAsync(page, editor, 0.2f, 0.8f);
        (await AlphaAsync(editor, 0.5, 0.5)).ShouldBe(255);
        await editor.GetByRole(AriaRole.Button, new() { Name = "Eraser" }).ClickAsync();
        await PaintAsync(page, editor, 0.4f, 0.6f);
        (await AlphaAsync(editor, 0.5, 0.5), await AlphaAsync(editor, 0.25, 0.5)).ShouldBe((0, 255));
    }

    [Fact]
    public async Task Finished_picture_is_the_beginning_of_the_next()
    {
        var page = await OpenAsync(Screen.Desktop);
        var (first, second) = (NewPrompt(), NewPrompt());
        await page.FillAsync(first, steps: "1");
        await page.Generate().ClickAsync();
        await page.Cards(first).FinishedAsync();
        await page.Cards(first).HoverAsync();
        await page.Cards(first).GetByRole(AriaRole.Button, new() { Name = "Use as start" }).ClickAsync();
        await Assertions.Expect(page.GetByText("128 × 128 pixels")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("The same composition, new details")).ToBeVisibleAsync();
        await page.FillAsync(second, steps: "4");
        await page.Generate().ClickAsync();
        await page.Cards(second).FinishedAsync();

        // From the Gallery too.
        await page.Cards(first).Locator("a.open").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "Use as start" }).ClickAsync();
        await page.LiveAsync();
        await Assertions.Expect(page.GetByText("128 × 128 pixels")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the picture" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Choose, drop or paste one")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(Screen.Desktop)]
    [InlineData(Screen.Phone)]
    public async Task Refused_file_is_told_of_at_its_field_and_another_one_is_taken(Screen screen)
    {
        var page = await OpenAsync(screen);
        // The browser tells of every refusal; this one is meant.
        Expect("400");
        await ChooseAsync(page, "poem.png", "I am a poem, whatever my name says."u8.ToArray(), waitFor: null);
        await Assertions.Expect(page.Locator("#init-error")).ToContainTextAsync("cannot read this picture");
        await ChooseAsync(page, "large.png", new byte[(32 * 1024 * 1024) + 1], waitFor: null);
        await Assertions.Expect(page.Locator("#init-error")).ToContainTextAsync("at most 32 MB");
        await ChooseAsync(page, "start.png", Picture(64, 64));
        await Assertions.Expect(page.Locator("#init-error")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Pasted_picture_is_taken_and_bad_strength_is_told_at_its_field()
    {
        var page = await OpenAsync(Screen.Desktop);
        await page.Locator("[data-picture-field=init][data-ready=true]").WaitForAsync();
        await page.EvaluateAsync("""
            async png => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(atob(png), c => c.charCodeAt(0))], "pasted.png", { type: "image/png" }));
              document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
            }
            """, Convert.ToBase64String(Picture(96, 64)));
        await Assertions.Expect(page.GetByText("96 × 64 pixels")).ToBeVisibleAsync();
        await page.FillAsync(NewPrompt());
        await page.GetByLabel("Strength", new() { Exact = true }).FillAsync("2");
        await page.Generate().ClickAsync();
        await Assertions.Expect(page.Locator("#strength-error")).ToContainTextAsync("from 0 to 1");
        await Assertions.Expect(page.Locator("#strength")).ToHaveAttributeAsync("aria-invalid", "true");
    }

    private static byte[] Picture(int width, int height)
    {
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(i % 3 == 0 ? 220 : i / 3 % width);
        }

        return ImageCodec.Png(new RgbImage(width, height, pixels));
    }

    private static async Task ChooseAsync(IPage page, string name, byte[] file, string? waitFor = "#strength")
    {
        await page.Locator("#init").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "image/png", Buffer = file });
        if (waitFor is not null)
        {
            await page.Locator(waitFor).WaitForAsync();
        }
    }

    private static async Task<ILocator> EditorAsync(IPage page)
    {
        var editor = page.Locator("dialog.mask-editor[data-ready=true]");
        await editor.WaitForAsync();
        return editor;
    }

    // A stroke at half of the height.
    private static async Task PaintAsync(IPage page, ILocator editor, float from, float to)
    {
        var box = (await editor.Locator("canvas").BoundingBoxAsync())!;
        var y = box.Y + (box.Height / 2);
        await page.Mouse.MoveAsync(box.X + (box.Width * from), y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width * to), y, new() { Steps = 10 });
        await page.Mouse.UpAsync();
    }

    // How much paint is there, 0 to 255.
    private static Task<int> AlphaAsync(ILocator editor, double x, double y) => editor.Locator("canvas").EvaluateAsync<int>(
        "(c, at) => c.getContext('2d').getImageData(c.width * at[0], c.height * at[1], 1, 1).data[3]", new[] { x, y });

    private static async Task<RgbImage> MaskAsync(IPage page, string? address) => ImageCodec.Decode(await (await page.APIRequest.GetAsync(address!)).BodyAsync());

    private static int At(RgbImage image, double x, double y) => image.Pixels[3 * (((int)(image.Height * y) * image.Width) + (int)(image.Width * x))];
}
