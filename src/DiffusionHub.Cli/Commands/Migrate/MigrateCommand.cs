using System.CommandLine;
using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Data.Settings;

namespace DiffusionHub.Cli.Commands.Migrate;

/// <summary><c>hub migrate</c>: on the given server, on that of the running hub, or on the data folder's, started for this alone.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", MigrateTexts.Description);
        var options = new SettingsOptions(command, KnownSettings.Database, KnownSettings.DatabaseOwner);
        command.SetAction(async (parsed, stop) =>
        {
            await using var database = await CommandDatabase.OpenAsync((await options.ReadAsync(parsed, stop)).Settings, stop);
            var applied = await database.Roles.MigrateAsync(stop);
            foreach (var migration in applied)
            {
                Console.WriteLine(string.Format(CultureInfo.InvariantCulture, MigrateTexts.Applied, migration));
            }

            if (applied.Count == 0)
            {
                Console.WriteLine(MigrateTexts.Nothing);
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
