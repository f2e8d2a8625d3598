using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>Workers come, live under a lease, and go. All times are the database's.</summary>
/// <param name="dataSource">The hub's database.</param>
/// <param name="notifier">Where notifications go.</param>
public sealed class WorkerRegistry(NpgsqlDataSource dataSource, Notifier notifier)
{
    /// <summary>
    /// How long a worker lives without a heartbeat. With another's <see cref="HeartbeatInterval"/> it bounds when a dead worker's job starts again: 6 s.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(4.5);

    /// <summary>How often to send a heartbeat: three may get lost. It is also the poll behind notifications that got lost.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);

    // Nobody looks at a worker's memory more often; anything else that changed is told at once.
    private static readonly TimeSpan TellAgain = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Guid, (string Condition, long At)> _told = new();

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
                .ReadAsync(
                    r => new HeartbeatAnswer(
                        true, r.GetBoolean(0), r.GetFieldValue<long[]>(1), r.GetFieldValue<long[]>(2), r.GetBoolean(3), r.GetBoolean(4)), cancellationToken),
            repeatable: true,
            cancellationToken);
        Tell(worker.WorkerId, condition);
        return rows is [var answer] ? answer : HeartbeatAnswer.Lost;
    }

    // A notification with every heartbeat would be as many statements again, and wake every web node each time.
    private void Tell(Guid worker, WorkerCondition condition)
    {
        var now = $"{string.Join('\n', condition.Resident)}\0{condition.Problem}";
        if (_told.TryGetValue(worker, out var told) && told.Condition == now && Stopwatch.GetElapsedTime(told.At) < TellAgain)
        {
            return;
        }

        _told[worker] = (now, Stopwatch.GetTimestamp());
        notifier.WorkersChanged();
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
        _told.TryRemove(workerId, out _);
        notifier.WorkersChanged();
    }
}
