using System.CommandLine;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Data.Settings;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary><c>hub soak</c>: runs under faults.</summary>
internal static class SoakCommand
{
    public static Command Create() => new("soak", SoakTexts.Description) { QueueSoakCommand.Create(), Worker() };

    // One of its own processes; nobody types it.
    private static Command Worker()
    {
        var folder = new Option<string>("--folder") { Required = true };
        var name = new Option<string>("--name") { Required = true };
        var command = new Command("worker") { folder, name };
        command.Hidden = true;
        command.SetAction(async (parsed, stop) =>
        {
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Supervised.StopWhenParentEnds(stopping.Cancel);
            var database = HubSettings.Load().Database ?? throw new CommandException(SoakTexts.NoDatabase);
            await new SoakWorker(new SoakFolder(parsed.GetRequiredValue(folder)), parsed.GetRequiredValue(name), database).RunAsync(stopping.Token);
            return ExitCodes.Done;
        });
        return command;
    }
}
