using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Cli.Supervision;
using DiffusionHub.Data.Settings;
using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Commands.Up;

/// <summary><c>hub up</c>: everything on this machine, in the foreground.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var command = new Command("up", UpTexts.Description);
        var options = new SettingsOptions(command, KnownSettings.Port, KnownSettings.Listen, KnownSettings.Public, KnownSettings.Hosts, KnownSettings.Accounts, KnownSettings.Workers, KnownSettings.WorkerThreads, KnownSettings.Device, KnownSettings.Precision, KnownSettings.WorkerBatch, KnownSettings.WorkerMemory, KnownSettings.WorkerStuck, KnownSettings.ResultCache, KnownSettings.SafetyAction, KnownSettings.SafetyModel, KnownSettings.SafetyLabels, KnownSettings.SafetyThreshold, KnownSettings.Telemetry, KnownSettings.Database, KnownSettings.DatabaseOwner);
        command.SetAction(async (parsed, stop) =>
        {
            await RunAsync((await options.ReadAsync(parsed, stop)).Settings, stop);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task RunAsync(HubSettings settings, CancellationToken stop)
    {
        DatabaseRoles.Check(settings);
        using var folderLock = TakeFolder(settings.DataFolder);
        // Before anything is started: a port in use is the likeliest thing to be wrong.
        var listen = FindAddress(settings);
        Console.WriteLine(Text(UpTexts.Starting, settings.DataFolder));
        try
        {
            await new HubRun(settings, listen, TimeProvider.System).RunAsync(stop);
        }
        finally
        {
            HubState.Remove(settings.DataFolder);
        }
    }

    private static FolderLock TakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            if (HubLock.TryTake(folder) is { } taken)
            {
                return taken;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(Text(ShellTexts.FolderFailed, folder, error.Message));
        }

        var who = HubState.Read(folder) is { } state ? Text(UpTexts.AlreadyRunsAt, state.Process, state.Url) : "";
        throw new CommandException(Text(UpTexts.AlreadyRuns, folder, who));
    }

    private static ListenAddress FindAddress(HubSettings settings)
    {
        try
        {
            return ListenAddress.Find(settings.Listen, settings.Port);
        }
        catch (SocketException error)
        {
            throw new CommandException(error.SocketErrorCode switch
            {
                SocketError.AccessDenied => Text(UpTexts.PortDenied, settings.Port, settings.Listen),
                SocketError.AddressNotAvailable => Text(UpTexts.AddressMissing, settings.Listen),
                _ => Text(UpTexts.PortTaken, settings.Port, settings.Listen),
            });
        }
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
