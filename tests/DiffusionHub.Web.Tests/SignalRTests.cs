using System.ComponentModel;
using System.Diagnostics;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

/// <summary>The live line with the client that browsers and Node programs use.</summary>
public sealed class SignalRTests(WebFixture web) : IClassFixture<WebFixture>
{
    [Fact]
    public async Task Program_submits_watches_and_cancels_over_the_live_line()
    {
        var modules = Path.Combine(Root(), "native", "node_modules");
        Assert.SkipUnless(Directory.Exists(Path.Combine(modules, "@microsoft", "signalr")), "native/node_modules lacks @microsoft/signalr; ./hub fetches it.");
        var start = new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "jobs-hub.cjs"), web.Address.ToString(), modules])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var node = Start(start);
        Assert.SkipWhen(node is null, "Node.js is not installed.");
        var said = await Task.WhenAll(node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        node.ExitCode.ShouldBe(0, string.Join('\n', said));
        said[0].ShouldContain("all as it should be");
    }

    private static Process? Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DiffusionHub.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
