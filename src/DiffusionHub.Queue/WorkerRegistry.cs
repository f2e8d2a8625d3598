using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>Workers come, live under a lease, and go. All times are the database's.</summary>
/// <param name="dataSource">The hub's database.</param>
/// <param name="notifier">Where notifications go.</param>
public sealed class WorkerRegistry(NpgsqlDataSource dataSource, Notifier notifier)
{
    /// <summary>
    /// How long a worker lives without a heartbeat. With <see cref="Reaper.Interval"/> it bounds when a dead worker's job starts again: 6 s.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(4.5);

    /// <summary>How often to send a heartbeat: two may get lost.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1.5);

    /// <summary>Registers a worker, or registers it again under a new epoch after it lost its lease.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<WorkerIdentity> RegisterAsync(WorkerDescription worker, CancellationToken cancellationToken = default)
    {
        var epoch = await dataSource.RunAsync(
            connection => connection
                .Command(
                    Sql.Register, Parameters.Of(worker.WorkerId), Parameters.Of(worker.Name), Parameters.Of(worker.Host),
                    Parameters.Of(worker.ProcessId), Parameters.Of(worker.Device), Parameters.Of(worker.Models.ToArray()),
                    Parameters.Of(Lease.TotalSeconds))
                .ReadAsync(r => r.GetInt64(0), cancellationToken),
            repeatable: true,
            cancellationToken);
        notifier.WorkersChanged();
        return new WorkerIdentity(worker.WorkerId, epoch[0], worker.Name);
    }

    /// <summary>Renews the lease while the epoch is current, and hears what the worker must know.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<HeartbeatAnswer> HeartbeatAsync(
        WorkerIdentity worker, WorkerCondition condition, CancellationToken cancellationToken = default)
    {
        var rows = await dataSource.RunAsync(
            connection => connection
                .Command(
                    Sql.Heartbeat, Parameters.Of(worker.WorkerId), Parameters.Of(worker.Epoch), Parameters.Of(Lease.TotalSeconds),
                    Parameters.Of(condition.Resident.ToArray()), Parameters.Of(condition.MemoryBytes), Parameters.Of(condition.Problem))
                .ReadAsync(r => new HeartbeatAnswer(true, r.GetBoolean(0), r.GetFieldValue<long[]>(1), r.GetFieldValue<long[]>(2)), cancellationToken),
            repeatable: true,
            cancellationToken);
        notifier.WorkersChanged();
        return rows is [var answer] ? answer : new HeartbeatAnswer(false, false, [], []);
    }

    /// <summary>Says which models a worker can run from now on. Without effect where its epoch is over: it says so when it registers again.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task SetModelsAsync(WorkerIdentity worker, IReadOnlyList<string> models, CancellationToken cancellationToken = default)
    {
        await dataSource.RunAsync(
            async connection =>
            {
                await using var command = connection.Command(Sql.SetModels, Parameters.Of(worker.WorkerId), Parameters.Of(worker.Epoch), Parameters.Of(models.ToArray()));
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            repeatable: true,
            cancellationToken);
        notifier.WorkersChanged();
    }

    /// <summary>Removes a worker that goes. Jobs it still held are freed by the next reaping.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task UnregisterAsync(Guid workerId, CancellationToken cancellationToken = default)
    {
        await dataSource.RunAsync(
            async connection =>
            {
                await using var command = connection.Command(Sql.Unregister, Parameters.Of(workerId));
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            repeatable: true,
            cancellationToken);
        notifier.WorkersChanged();
    }
}
