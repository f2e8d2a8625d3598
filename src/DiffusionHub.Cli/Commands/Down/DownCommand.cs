using System.CommandLine;
using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Cli.Supervision;

namespace DiffusionHub.Cli.Commands.Down;

/// <summary><c>hub down</c>: asks the hub of a data folder to stop, and waits for it.</summary>
internal static class DownCommand
{
    // Longer than workers, web and database together may take.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static Command Create()
    {
        var command = new Command("down", DownTexts.Description);
        var options = new SettingsOptions(command);
        command.SetAction(async (parsed, stop) =>
        {
            var settings = (await options.ReadAsync(parsed, stop)).Settings;
            var folder = settings.DataFolder;
            if (!HubLock.IsTaken(folder))
            {
                Console.WriteLine(Text(ShellTexts.NoHub, folder));
                return ExitCodes.Done;
            }

            var state = HubState.Read(folder) ?? throw new CommandException(Text(DownTexts.NoState, folder));
            if (!NativeCalls.Signal(state.Process, NativeCalls.Terminate) && HubLock.IsTaken(folder))
            {
                throw new CommandException(Text(DownTexts.NotAllowed, folder, state.Process));
            }

            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(Patience);
            try
            {
                while (HubLock.IsTaken(folder))
                {
                    await Task.Delay(50, patience.Token);
                }
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new CommandException(Text(DownTexts.StillRuns, folder, state.Process, Patience.TotalSeconds, settings.LogsFolder));
            }

            Console.WriteLine(Text(DownTexts.Stopped, folder));
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
