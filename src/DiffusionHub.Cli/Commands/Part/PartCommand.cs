using System.CommandLine;
using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Cli.Supervision;
using DiffusionHub.Data.Settings;
using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Commands.Part;

/// <summary><c>hub web</c> and <c>hub worker</c>: one part alone. This process becomes that program, so that signals go straight to it.</summary>
internal static class PartCommand
{
    public static Command Web() =>
        Create("web", PartTexts.WebDescription, KnownSettings.Database, KnownSettings.Port, KnownSettings.Listen, KnownSettings.Public, KnownSettings.Hosts, KnownSettings.Accounts);

    public static Command Worker() => Create("worker", PartTexts.WorkerDescription, KnownSettings.Database, KnownSettings.WorkerThreads, KnownSettings.Device, KnownSettings.Precision, KnownSettings.WorkerBatch, KnownSettings.WorkerMemory, KnownSettings.WorkerStuck, KnownSettings.ResultCache, KnownSettings.SafetyAction, KnownSettings.SafetyModel, KnownSettings.SafetyLabels, KnownSettings.SafetyThreshold, KnownSettings.Telemetry);

    private static Command Create(string name, string description, params Setting[] settings)
    {
        var command = new Command(name, description);
        var options = new SettingsOptions(command, settings);
        command.SetAction(async (parsed, stop) =>
        {
            var effective = (await options.ReadAsync(parsed, stop)).Settings;
            effective = effective with { Database = DatabaseOf(effective) };
            var program = Parts.CommandOf(char.ToUpperInvariant(name[0]) + name[1..]);
            var listen = new ListenAddress(System.Net.IPAddress.Parse(effective.Listen), effective.Port);
            var variables = new Dictionary<string, string>(effective.ToEnvironment(), StringComparer.Ordinal) { ["ASPNETCORE_URLS"] = listen.Binding };
            throw new CommandException(string.Format(CultureInfo.InvariantCulture, PartTexts.NotStarted, program[0], NativeCalls.Become(program, variables)));
        });
        return command;
    }

    /// <summary>The given server, or that of a hub that runs on the data folder.</summary>
    private static string DatabaseOf(HubSettings settings) =>
        settings.Database
        ?? (HubLock.IsTaken(settings.DataFolder) ? EmbeddedPostgres.FindConnectionString(settings.DataFolder) : null)
        ?? throw new CommandException(string.Format(CultureInfo.InvariantCulture, PartTexts.NoDatabase, settings.DataFolder));
}
