using System.ComponentModel;
using System.Diagnostics;

namespace DiffusionHub.Cli.Commands.Test;

/// <summary>The browser that the tests drive.</summary>
/// <param name="Program">Its path; null: there is none.</param>
/// <param name="Missing">Why the browser tests are skipped; null: they run, or there is a failure.</param>
internal sealed record TestBrowser(string? Program, string? Missing)
{
    /// <summary>Set where a missing browser is a failure; null otherwise.</summary>
    public string? Failure { get; private init; }

    /// <summary>Debian's Chromium, installed where this user may do so.</summary>
    public static async Task<TestBrowser> FindAsync(CancellationToken stop)
    {
        if (Find() is { } present)
        {
            return new TestBrowser(present, null);
        }

        if (Environment.IsPrivilegedProcess && Which("apt-get") is { } apt)
        {
            await Console.Error.WriteLineAsync(TestTexts.InstallingBrowser);
            await InstallAsync(apt, stop);
        }

        if (Find() is { } installed)
        {
            return new TestBrowser(installed, null);
        }

        var isCi = Environment.GetEnvironmentVariable("CI") is { Length: > 0 } ci && !ci.Equals("false", StringComparison.OrdinalIgnoreCase);
        return new TestBrowser(null, TestTexts.BrowserMissing) { Failure = isCi ? TestTexts.BrowserMissingInCi : null };
    }

    private static string? Find() =>
        Environment.GetEnvironmentVariable("HUB_TEST_CHROMIUM") is { Length: > 0 } given && File.Exists(given) ? given : Which("chromium") ?? Which("chromium-browser") ?? Which("google-chrome");

    private static string? Which(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static async Task InstallAsync(string apt, CancellationToken stop)
    {
        foreach (var arguments in new string[][] { ["update"], ["install", "--yes", "--no-install-recommends", "chromium"] })
        {
            var start = new ProcessStartInfo(apt, arguments) { UseShellExecute = false, RedirectStandardOutput = true, Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" } };
            try
            {
                using var process = Process.Start(start)!;
                // What it says of each package is of no interest; errors go to the terminal by themselves.
                await process.StandardOutput.ReadToEndAsync(stop);
                await process.WaitForExitAsync(stop);
            }
            catch (Win32Exception error)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }
        }
    }
}
