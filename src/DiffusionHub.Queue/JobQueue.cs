using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>
/// The job queue: submit, claim, finish, fail, release, cancel, replace, retry, lanes and limits. Every method is one statement or one
/// transaction, returns after the commit, and posts its notifications then. docs/queue.md draws the states.
/// </summary>
/// <param name="dataSource">The hub's database, best made by <see cref="QueueDatabase.Open"/>.</param>
/// <param name="notifier">Where notifications go; one a process.</param>
public sealed partial class JobQueue(NpgsqlDataSource dataSource, Notifier notifier) : IAsyncDisposable
{
    /// <summary>Largest payload in bytes of UTF-8.</summary>
    public const int PayloadBytes = 256 * 1024;

    private readonly bool _ownsNotifier;

    /// <summary>A queue with a notifier of its own, disposed with it.</summary>
    public JobQueue(NpgsqlDataSource dataSource)
        : this(dataSource, new Notifier(dataSource)) => _ownsNotifier = true;

    /// <summary>Where this queue's notifications go.</summary>
    public Notifier Notifier => notifier;

    /// <summary>Sends what is still to be told, when the notifier is its own.</summary>
    public ValueTask DisposeAsync() => _ownsNotifier ? notifier.DisposeAsync() : ValueTask.CompletedTask;

    // Copies: a batch command remembers the statement that its last connection prepared, and this may be sent again on another one.
    private static void AddAll(NpgsqlBatch batch, IReadOnlyList<NpgsqlBatchCommand>? also)
    {
        foreach (var command in also ?? [])
        {
            var copy = new NpgsqlBatchCommand(command.CommandText);
            foreach (NpgsqlParameter parameter in command.Parameters)
            {
                copy.Parameters.Add(parameter.Clone());
            }

            batch.BatchCommands.Add(copy);
        }
    }

    // A parameter belongs to one command only, and this may run twice.
    private async Task<IReadOnlyList<T>> RowsAsync<T>(
        string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) => await dataSource.RunAsync(
            connection => connection.Command(sql, [.. parameters.Select(p => p.Clone())]).ReadAsync(row, cancellationToken),
            repeatable: true,
            cancellationToken);

    // A statement that ran twice may have moved jobs the first time, and only the rows of the second are known.
    private void TellOfLost(int tries)
    {
        if (tries > 1)
        {
            notifier.JobsReady();
            notifier.AnythingChanged();
        }
    }

    private static async Task<string?> ScalarAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            return (string?)await command.ExecuteScalarAsync(cancellationToken);
        }
    }
}
