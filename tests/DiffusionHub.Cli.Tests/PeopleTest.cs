using DiffusionHub.Cli.Shell;
using DiffusionHub.Data.Settings;
using DiffusionHub.Migrations;
using DiffusionHub.People.Audit;
using DiffusionHub.Tests;
using Xunit;

namespace DiffusionHub.Cli.Tests;

/// <summary>A database without people for each test, and the command as a process on it.</summary>
public abstract class PeopleTest : IAsyncLifetime
{
    protected const string Password = "a long and unlikely sentence";
    private PeopleHost? host;

    protected Hub Hub { get; } = new();

    private protected OpenPeople People { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var database = Hub.Variables["HUB_DATABASE"] = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(database), TestServer.Role);
        var settings = new HubSettings { DataFolder = Hub.At("data") };
        host = PeopleHost.Open(database, settings);
        People = new OpenPeople(host, settings);
    }

    public async ValueTask DisposeAsync()
    {
        await host!.DisposeAsync();
        Hub.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task<string> DoneAsync(params string[] arguments)
    {
        var outcome = await Hub.RunAsync(arguments);
        outcome.Code.ShouldBe(0, outcome.Error);
        return outcome.Output.TrimEnd();
    }

    /// <summary>What it said as it refused; nothing was printed and no stack trace shown.</summary>
    protected static string Refused(Outcome outcome, int code)
    {
        outcome.Code.ShouldBe(code, outcome.Error);
        outcome.Output.ShouldBe("");
        outcome.Error.ShouldNotContain("   at ");
        return outcome.Error;
    }

    protected async Task<string> RefusedAsync(int code, params string[] arguments) => Refused(await Hub.RunAsync(arguments), code);

    /// <summary>The audit log, oldest first, as <c>action subject</c>; every line is the command line's.</summary>
    protected async Task<IReadOnlyList<string>> AuditAsync()
    {
        var lines = await host!.Get<AuditLog>().ReadAsync(new AuditFilter(), 100);
        lines.ShouldAllBe(line => line.Via == "command line" && line.Actor == Environment.UserName && line.Address == null);
        return [.. lines.Reverse().Select(line => $"{line.Action} {line.Subject}")];
    }

    private protected T Get<T>()
        where T : notnull => host!.Get<T>();
}
