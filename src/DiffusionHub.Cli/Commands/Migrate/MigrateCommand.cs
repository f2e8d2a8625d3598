using System.CommandLine;
using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Cli.Supervision;
using DiffusionHub.Data.Settings;
using DiffusionHub.Migrations;
using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Commands.Migrate;

/// <summary><c>hub migrate</c>: on the given server, on that of the running hub, or on the data folder's, started for this alone.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", MigrateTexts.Description);
        var options = new SettingsOptions(command, KnownSettings.Database);
        command.SetAction(async (parsed, stop) =>
        {
            var settings = (await options.ReadAsync(parsed, stop)).Settings;
            var database = settings.Database ?? (HubLock.IsTaken(settings.DataFolder) ? EmbeddedPostgres.FindConnectionString(settings.DataFolder) : null);
            await using var postgres = database is null ? await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(settings.DataFolder), stop) : null;
            database ??= postgres!.ConnectionString;
            await DatabaseServer.CheckAsync(database, stop);
            var applied = await HubMigrator.MigrateAsync(database, stop);
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
