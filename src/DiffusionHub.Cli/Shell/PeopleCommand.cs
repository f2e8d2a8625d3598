using System.CommandLine;
using System.Globalization;
using DiffusionHub.Data.Settings;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Postgres;
using Npgsql;

namespace DiffusionHub.Cli.Shell;

/// <summary>What the commands on people share: how they find the database, and how refusals are told.</summary>
internal sealed class PeopleCommand
{
    private readonly SettingsOptions settings;

    public PeopleCommand(Command command)
    {
        Command = command;
        settings = new SettingsOptions(command, KnownSettings.Database);
    }

    public Command Command { get; }

    /// <summary>Runs <paramref name="work"/> on the people of the given database, the running hub's, or the data folder's.</summary>
    public Command Does(Func<ParseResult, OpenPeople, CancellationToken, Task> work)
    {
        Command.SetAction(async (parsed, stop) =>
        {
            var effective = (await settings.ReadAsync(parsed, stop)).Settings;
            await using var database = await CommandDatabase.OpenAsync(effective, stop);
            await PrepareAsync(database, stop);
            await using var host = PeopleHost.Open(database.Roles.Application, effective);
            try
            {
                await work(parsed, new OpenPeople(host, effective), stop);
            }
            catch (Exception error) when (IsUnprepared(error))
            {
                throw new CommandException(ShellTexts.NotMigrated, cause: error);
            }

            return ExitCodes.Done;
        });
        return Command;
    }

    public static string Text(string text, params object?[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    /// <summary>Goes on where nothing is wrong.</summary>
    /// <param name="errors">What is wrong.</param>
    /// <param name="names">What the fields are called on the command line; others are named as they are.</param>
    /// <param name="code">The exit code.</param>
    /// <exception cref="CommandException">Something is.</exception>
    public static void Check(IEnumerable<FieldError> errors, IReadOnlyDictionary<string, string> names, int code = ExitCodes.Usage)
    {
        if (errors.ToList() is { Count: > 0 } all)
        {
            throw new CommandException(string.Join(Environment.NewLine, all.Select(e => $"{names.GetValueOrDefault(e.Field, e.Field)}: {e.Message}")), code);
        }
    }

    // A server of one's own is brought to the newest schema by “hub migrate” alone, when whoever looks after it chooses to.
    private static async Task PrepareAsync(CommandDatabase database, CancellationToken stop)
    {
        if (database.IsStarted)
        {
            await database.Roles.MigrateAsync(stop);
        }
        else
        {
            await DatabaseServer.CheckAsync(database.Roles.Application, stop);
        }
    }

    private static bool IsUnprepared(Exception error) => (error as PostgresException ?? error.InnerException as PostgresException)?.SqlState
        is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InsufficientPrivilege;
}
