namespace DiffusionHub.Queue;

/// <summary>How a lane is served; null leaves a value as it is.</summary>
/// <param name="Paused">Claims never look at it; what runs goes on.</param>
/// <param name="Draining">It takes no new jobs and serves those it has.</param>
/// <param name="MaxWait">After this long without a claim from it, its head goes before better lanes; zero: never.</param>
/// <param name="Patience">How long a head waits for a worker that has its model in memory.</param>
public sealed record LaneChange(bool? Paused = null, bool? Draining = null, TimeSpan? MaxWait = null, TimeSpan? Patience = null);

/// <summary>What a person is granted.</summary>
/// <param name="Weight">Share of the devices against others, above 0, at most 1,000.</param>
/// <param name="RunningLimit">Jobs that may run at once; null: any number.</param>
/// <param name="QueuedLimit">Live jobs at once; null: the queue's limit.</param>
public sealed record Share(double Weight = 1, int? RunningLimit = null, int? QueuedLimit = null);

// What an administrator sets.
public sealed partial class JobQueue
{
    /// <summary>Stops claims from a lane; what runs already goes on.</summary>
    /// <exception cref="QueueRefusedException">There is no such lane.</exception>
    public Task PauseAsync(string lane, CancellationToken cancellationToken = default) =>
        SetLaneAsync(lane, new LaneChange(Paused: true), cancellationToken);

    /// <summary>Lets a paused lane go on.</summary>
    /// <exception cref="QueueRefusedException">There is no such lane.</exception>
    public Task ResumeAsync(string lane, CancellationToken cancellationToken = default) =>
        SetLaneAsync(lane, new LaneChange(Paused: false), cancellationToken);

    /// <summary>Changes how a lane is served.</summary>
    /// <exception cref="QueueRefusedException">There is no such lane.</exception>
    public async Task SetLaneAsync(string lane, LaneChange change, CancellationToken cancellationToken = default)
    {
        var name = await dataSource.RunAsync(
            connection => ScalarAsync(
                connection.Command(
                    Sql.SetLane, Parameters.Of(lane), Parameters.Of(change.Paused), Parameters.Of(change.Draining),
                    Parameters.Of(change.MaxWait?.TotalSeconds), Parameters.Of(change.Patience?.TotalSeconds)),
                cancellationToken),
            repeatable: true,
            cancellationToken);
        if (name is null)
        {
            throw new QueueRefusedException(QueueText.Of(QueueTexts.UnknownLane, lane));
        }

        notifier.LanesChanged();
        notifier.JobsReady();
    }

    /// <summary>Grants a person weight and limits. The weight counts for jobs that get their place in line from now on.</summary>
    /// <exception cref="QueueRefusedException">A value is out of range.</exception>
    public async Task SetShareAsync(Guid ownerId, Share share, CancellationToken cancellationToken = default)
    {
        if (!(share.Weight > 0 && share.Weight <= 1000) || share.RunningLimit < 0 || share.QueuedLimit < 0)
        {
            throw new QueueRefusedException(QueueText.Of(QueueTexts.ShareOutOfRange, share));
        }

        await ExecuteAsync(
            Sql.SetShare, cancellationToken, Parameters.Of(ownerId), Parameters.Of(share.Weight), Parameters.Of(share.RunningLimit), Parameters.Of(share.QueuedLimit));
        notifier.JobsReady();
    }

    /// <summary>Sets limits of the whole queue; null leaves a value as it is.</summary>
    /// <param name="queuedPerOwner">Live jobs of one person.</param>
    /// <param name="queuedInAll">Live jobs in all.</param>
    /// <param name="refuseUnrunnable">Whether a job is refused whose model no known worker has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SetLimitsAsync(
        int? queuedPerOwner = null, int? queuedInAll = null, bool? refuseUnrunnable = null, CancellationToken cancellationToken = default) =>
        ExecuteAsync(Sql.SetLimits, cancellationToken, Parameters.Of(queuedPerOwner), Parameters.Of(queuedInAll), Parameters.Of(refuseUnrunnable));

    private Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params Npgsql.NpgsqlParameter[] parameters) => dataSource.RunAsync(
        async connection =>
        {
            // A parameter belongs to one command only, and this may run twice.
            await using var command = connection.Command(sql, [.. parameters.Select(p => p.Clone())]);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        repeatable: true,
        cancellationToken);
}
