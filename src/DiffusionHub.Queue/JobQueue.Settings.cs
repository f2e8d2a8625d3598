namespace DiffusionHub.Queue;

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

    /// <summary>How every lane is served, in the order in which they are.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<IReadOnlyList<LaneSettings>> ReadLanesAsync(CancellationToken cancellationToken = default) => await RowsAsync(
        Sql.ReadLanes,
        r => new LaneSettings(
            r.GetString(0), r.GetBoolean(1), r.GetBoolean(2), Maybe<double>(r, 3) is { } wait ? TimeSpan.FromSeconds(wait) : null,
            TimeSpan.FromSeconds(r.GetDouble(4))),
        cancellationToken);

    /// <summary>Changes how a lane is served.</summary>
    /// <exception cref="QueueRefusedException">There is no such lane, or a value is out of its <see cref="SettingRange"/>.</exception>
    public async Task SetLaneAsync(string lane, LaneChange change, CancellationToken cancellationToken = default)
    {
        SettingRange.MaxWait.Check(change.MaxWait?.TotalSeconds);
        SettingRange.Patience.Check(change.Patience?.TotalSeconds);
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

    /// <summary>The limits of the whole queue.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<QueueLimits> ReadLimitsAsync(CancellationToken cancellationToken = default) => (await RowsAsync(
        Sql.ReadLimits, r => new QueueLimits(r.GetInt32(0), r.GetInt32(1), r.GetBoolean(2)), cancellationToken))[0];

    /// <summary>Sets limits of the whole queue; null leaves a value as it is.</summary>
    /// <param name="queuedPerOwner">Live jobs of one person.</param>
    /// <param name="queuedInAll">Live jobs in all.</param>
    /// <param name="refuseUnrunnable">Whether a job is refused whose model no known worker has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QueueRefusedException">A value is out of its <see cref="SettingRange"/>.</exception>
    public async Task SetLimitsAsync(
        int? queuedPerOwner = null, int? queuedInAll = null, bool? refuseUnrunnable = null, CancellationToken cancellationToken = default)
    {
        SettingRange.QueuedPerOwner.Check(queuedPerOwner);
        SettingRange.QueuedInAll.Check(queuedInAll);
        await ExecuteAsync(Sql.SetLimits, cancellationToken, Parameters.Of(queuedPerOwner), Parameters.Of(queuedInAll), Parameters.Of(refuseUnrunnable));
    }

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
