using System.Globalization;
using DiffusionHub.Data.Settings;
using DiffusionHub.Migrations;
using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Shell;

/// <summary>The two ways into the hub's database.</summary>
/// <param name="Application">As web and workers connect, and commands that do what they do.</param>
/// <param name="Owner">As migrations connect. Never given to another process.</param>
internal sealed record DatabaseRoles(string Application, string Owner)
{
    /// <summary>Of a server of one's own; the same role twice unless another owner is given.</summary>
    public static DatabaseRoles Of(HubSettings given) => new(given.Database!, given.DatabaseOwner ?? given.Database!);

    /// <summary>Of the hub's own server.</summary>
    public static DatabaseRoles Of(EmbeddedPostgres postgres) => new(postgres.ConnectionString, postgres.OwnerConnectionString);

    /// <summary>Of a hub that runs on <paramref name="dataFolder"/>; null: it has never had a server.</summary>
    public static DatabaseRoles? OfRunning(string dataFolder) =>
        (EmbeddedPostgres.FindConnectionString(dataFolder), EmbeddedPostgres.FindOwnerConnectionString(dataFolder)) is ({ } application, { } owner)
            ? new(application, owner)
            : null;

    /// <summary>Returns when the settings can be meant.</summary>
    /// <exception cref="CommandException">An owner without a database: the hub would quietly begin a new one in the data folder.</exception>
    public static void Check(HubSettings settings)
    {
        if (settings is { Database: null, DatabaseOwner: not null })
        {
            throw new CommandException(ShellTexts.OwnerAlone, ExitCodes.Usage);
        }
    }

    /// <summary>Brings the database to the newest schema; the migrations that were applied.</summary>
    /// <exception cref="EmbeddedPostgresException">The server cannot be used.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken stop)
    {
        var login = await DatabaseServer.CheckAsync(Application, Owner, stop);
        if (login.IsSuperuser)
        {
            await Console.Error.WriteLineAsync(string.Format(CultureInfo.InvariantCulture, ShellTexts.Superuser, login.Role));
        }

        return await HubMigrator.MigrateAsync(Owner, login.Role, stop);
    }
}
