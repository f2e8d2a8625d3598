using DiffusionHub.Cli.Supervision;
using DiffusionHub.Data.Settings;
using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Shell;

/// <summary>The database that a command works on: the given one, the running hub's, or the data folder's, started for this alone.</summary>
internal sealed class CommandDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgres? started;

    private CommandDatabase(DatabaseRoles roles, EmbeddedPostgres? started) => (Roles, this.started) = (roles, started);

    /// <summary>How to reach it.</summary>
    public DatabaseRoles Roles { get; }

    /// <summary>Whether it was started for this alone.</summary>
    public bool IsStarted => started is not null;

    /// <summary>Finds or starts it.</summary>
    /// <exception cref="EmbeddedPostgresException">It cannot be started.</exception>
    /// <exception cref="CommandException">An owner's connection string without a database.</exception>
    public static async Task<CommandDatabase> OpenAsync(HubSettings settings, CancellationToken stop)
    {
        DatabaseRoles.Check(settings);
        if (settings.Database is not null)
        {
            return new CommandDatabase(DatabaseRoles.Of(settings), null);
        }

        if (HubLock.IsTaken(settings.DataFolder) && DatabaseRoles.OfRunning(settings.DataFolder) is { } running)
        {
            return new CommandDatabase(running, null);
        }

        var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(settings.DataFolder), stop);
        return new CommandDatabase(DatabaseRoles.Of(postgres), postgres);
    }

    /// <summary>Stops what was started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (started is not null)
        {
            await started.DisposeAsync();
        }
    }
}
