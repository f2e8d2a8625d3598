using System.CommandLine;
using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Commands.Test;

/// <summary><c>hub test [FILTER]</c>: one database server, then every test project of the solution, one after another.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var command = new Command("test", TestTexts.Description);
        var filter = new Argument<string?>("FILTER") { Description = TestTexts.Filter, Arity = ArgumentArity.ZeroOrOne };
        command.Add(filter);
        command.SetAction((parsed, stop) => RunAsync(parsed.GetValue(filter), stop));
        return command;
    }

    private static async Task<int> RunAsync(string? filter, CancellationToken stop)
    {
        var home = Environment.GetEnvironmentVariable("HUB_HOME") ?? throw new CommandException(TestTexts.NoClone);
        var assemblies = TestAssembly.OfSolution(Path.Combine(home, "DiffusionHub.sln"));
        var browser = assemblies.Any(assembly => assembly.UsesBrowser) ? await TestBrowser.FindAsync(stop) : new TestBrowser(null, null);
        var folder = await FolderAsync(stop);
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(Path.Combine(folder, "data")) { Durable = false }, stop);
            var runner = new TestRunner(folder, filter, Variables(DatabaseRoles.Of(postgres), browser));
            var total = new TestCounts(0, browser.Failure is null ? 0 : 1, 0);
            foreach (var assembly in assemblies)
            {
                total += await runner.RunAsync(assembly, stop);
            }

            return Conclude(total, filter, browser);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Conclude(TestCounts total, string? filter, TestBrowser browser)
    {
        if (total.Passed + total.Failed == 0)
        {
            Console.WriteLine(filter is null ? TestTexts.NoTests : Text(TestTexts.NoneRan, filter));
        }

        if ((browser.Failure ?? browser.Missing) is { } message)
        {
            Console.WriteLine(message);
        }

        Console.WriteLine(Text(TestTexts.Total, total.Passed, total.Failed) + (total.Skipped > 0 ? Text(TestTexts.SomeSkipped, total.Skipped) : ""));
        return total is { Failed: 0, Passed: > 0 } ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>What the tests find in their environment: nothing of the caller's own hub, and the run's server.</summary>
    private static Dictionary<string, string?> Variables(DatabaseRoles database, TestBrowser browser)
    {
        string[] kept = ["HUB_HOME", "HUB_POSTGRES_BIN"];
        var variables = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("HUB_", StringComparison.Ordinal) && !name.StartsWith("HUB_TEST_", StringComparison.Ordinal) && !kept.Contains(name))
            .ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        variables["HUB_TEST_DATABASE"] = database.Application;
        variables["HUB_TEST_DATABASE_OWNER"] = database.Owner;
        variables["HUB_TEST_CHROMIUM"] = browser.Program;
        variables["HUB_TEST_BROWSER_MISSING"] = browser.Missing;
        return variables;
    }

    /// <summary>A new folder that the server's own user can reach, wherever TMPDIR points.</summary>
    private static async Task<string> FolderAsync(CancellationToken stop)
    {
        var temporary = await EmbeddedPostgres.BlockedByAsync(Path.GetTempPath(), stop) is null ? Path.GetTempPath() : "/tmp";
        var folder = Path.Combine(temporary, $"hub-test-{Guid.NewGuid():N}"[..17]);
        return Directory.CreateDirectory(folder, (UnixFileMode)0b111_001_001).FullName;
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
