using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using DiffusionHub.Tests;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace DiffusionHub.Browser;

/// <summary>A hub on which one signs in: from its setup link to the deletion of an account, in one person's browser.</summary>
public sealed partial class AccountTests(HubFixture fixture) : IAsyncLifetime
{
    private const string Password = "a quiet sentence of mine";
    private readonly string _folder = Path.Combine("/tmp", $"hub-account-{Guid.NewGuid():N}");
    private HubProcess? _hub;

    // Passkeys are bound to a name; an address is none.
    private string Address => $"http://localhost:{_hub!.Address.Port}";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(fixture.Skipped is not null, fixture.Skipped ?? "");
        Directory.CreateDirectory(_folder, (UnixFileMode)0b111_101_101);
        _hub = await HubProcess.StartAsync(_folder, await HubFixture.NewDatabaseAsync(), "--accounts", "on");
    }

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task Account_is_made_secured_used_with_code_and_passkey_and_left()
    {
        await using var context = await fixture.Browser.NewContextAsync(Screen.Desktop.Options(new Uri(Address), "dark"));
        context.SetDefaultTimeout(30_000);
        Assertions.SetDefaultExpectTimeout(30_000);
        var page = await context.NewPageAsync();
        await SetUpAsync(page);

        // Two-step sign-in.
        await OpenAsync(page, "/account/security");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up two-step sign-in" }).ClickAsync();
        var key = (await page.Locator("[data-secret]").TextContentAsync())!;
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync("000000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
        await page.GetByText("This code is not right").WaitForAsync();
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(Totp.Code(key));
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
        await Assertions.Expect(page.Locator(".codes li")).ToHaveCountAsync(10);
        var recovery = await page.Locator(".codes li").First.TextContentAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "I have kept them" }).ClickAsync();
        await page.GetByText("10 recovery codes are left").WaitForAsync();

        // Out, and in with a code; the same code does not open it again, a recovery code does, once.
        await SignOutAsync(page);
        var code = Totp.Code(key, later: 1);
        await SignInAsync(page);
        await SecondFactorAsync(page, code);
        await page.LiveAsync();
        await SignOutAsync(page);
        await SignInAsync(page);
        await SecondFactorAsync(page, code);
        await page.GetByText("This code is not right").WaitForAsync();
        await SecondFactorAsync(page, recovery!);
        await page.LiveAsync();

        // A passkey signs in alone, without address, password or code.
        await AddAuthenticatorAsync(context, page);
        await OpenAsync(page, "/account/security");
        await page.GetByLabel("Name of the passkey").FillAsync("laptop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove laptop" }).WaitForAsync();
        await SignOutAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await page.LiveAsync();
        await OpenAsync(page, "/account");
        await page.GetByText("ann@example.org").WaitForAsync();

        // A key, shown once.
        await OpenAsync(page, "/account/keys");
        await page.GetByLabel("Name of the key").FillAsync("wallpaper");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        (await page.GetByLabel("Your new key").InputValueAsync()).ShouldStartWith("dh_");
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke wallpaper" }).ClickAsync();
        await page.GetByText("revoked", new() { Exact = true }).WaitForAsync();

        // The last administrator cannot leave, however well they prove who they are.
        await OpenAsync(page, "/account/data");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download everything" }).ClickAsync());
        new FileInfo(await download.PathAsync()).Length.ShouldBeGreaterThan(500);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete my account" }).ClickAsync();
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("not mine");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByText("This is not your password").WaitForAsync();
        await page.GetByRole(AriaRole.Form, new() { Name = "Is it you?" }).GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, delete it for good" }).ClickAsync();
        await page.GetByText("You are the hub's last administrator").WaitForAsync();

        // The passkey removed opens nothing any more.
        await OpenAsync(page, "/account/security");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove laptop" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove laptop" })).ToHaveCountAsync(0);
        await SignOutAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await page.GetByText("This passkey opens no account here").WaitForAsync();
    }

    [Theory]
    [InlineData(Screen.Desktop, "dark")]
    [InlineData(Screen.Phone, "light")]
    public async Task Pages_have_no_violation_that_axe_finds_and_are_no_wider_than_the_screen(Screen screen, string theme)
    {
        await using var context = await fixture.Browser.NewContextAsync(screen.Options(new Uri(Address), theme));
        await context.AddCookiesAsync([new Cookie { Name = "theme", Value = theme, Url = Address }]);
        var page = await context.NewPageAsync();
        await SetUpAsync(page);
        foreach (var path in new[] { "/account", "/account/security", "/account/keys", "/account/data" })
        {
            await OpenAsync(page, path);
            if (path == "/account/security")
            {
                await page.GetByRole(AriaRole.Button, new() { Name = "Set up two-step sign-in" }).ClickAsync();
                await page.Locator("[data-secret]").WaitForAsync();
            }
            else if (path == "/account/data")
            {
                await page.GetByRole(AriaRole.Button, new() { Name = "Delete my account" }).ClickAsync();
                await page.GetByRole(AriaRole.Form, new() { Name = "Is it you?" }).WaitForAsync();
            }

            await CheckAsync(page);
        }

        await SignOutAsync(page);
        await CheckAsync(page);
    }

    private static async Task CheckAsync(IPage page)
    {
        var found = await page.RunAxe();
        string.Join('\n', found.Violations.SelectMany(v => v.Nodes.Select(n => $"{page.Url}: {v.Id}: {v.Help}: {n.Html}"))).ShouldBeEmpty();
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBeLessThanOrEqualTo(0, page.Url);
    }

    private async Task SetUpAsync(IPage page)
    {
        await page.GotoAsync($"{Address}/setup?token={Token().Match(_hub!.Output).Groups["token"].Value}");
        await page.GetByLabel("E-mail").FillAsync("ann@example.org");
        await page.GetByLabel("Name").FillAsync("Ann");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await page.LiveAsync();
    }

    private async Task OpenAsync(IPage page, string path)
    {
        await page.GotoAsync(Address + path);
        await page.LiveAsync();
    }

    private async Task SignOutAsync(IPage page)
    {
        await OpenAsync(page, "/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" }).WaitForAsync();
    }

    private static async Task SignInAsync(IPage page)
    {
        await page.GetByLabel("E-mail").FillAsync("ann@example.org");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    private static async Task SecondFactorAsync(IPage page, string code)
    {
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    // A device that has seen its owner's finger.
    private static async Task AddAuthenticatorAsync(IBrowserContext context, IPage page)
    {
        var tools = await context.NewCDPSessionAsync(page);
        await tools.SendAsync("WebAuthn.enable");
        await tools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["options"] = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
    }

    [GeneratedRegex("setup\\?token=(?<token>[a-z0-9]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
