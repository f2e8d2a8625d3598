namespace DiffusionHub.Queue;

// What people are granted, and what they were served.
public sealed partial class JobQueue
{
    /// <summary>How many of the newest ended jobs are looked at for what happened lately, so that a busy hour costs no more than that.</summary>
    public const int MostLately = 100_000;

    /// <summary>Grants a person weight and limits. The weight counts for jobs that get their place in line from now on.</summary>
    /// <exception cref="QueueRefusedException">A value is out of its <see cref="SettingRange"/>.</exception>
    public async Task SetShareAsync(Guid ownerId, Share share, CancellationToken cancellationToken = default)
    {
        SettingRange.Weight.Check(share.Weight);
        SettingRange.RunningLimit.Check(share.RunningLimit);
        SettingRange.QueuedLimit.Check(share.QueuedLimit);
        await ExecuteAsync(
            Sql.SetShare, cancellationToken, Parameters.Of(ownerId), Parameters.Of(share.Weight), Parameters.Of(share.RunningLimit), Parameters.Of(share.QueuedLimit));
        notifier.JobsReady();
    }

    /// <summary>Takes a person's grant back: the person has what everybody has.</summary>
    /// <remarks>The row stays: claims that are counted in it may still run, and would have nothing to be subtracted from.</remarks>
    public Task RemoveShareAsync(Guid ownerId, CancellationToken cancellationToken = default) => SetShareAsync(ownerId, Share.Usual, cancellationToken);

    /// <summary>
    /// Everybody who was granted something, has live jobs, or had jobs that ended lately: first who had most device time. Of the jobs that ended
    /// lately at most the newest <see cref="MostLately"/> count.
    /// </summary>
    /// <param name="lately">How far back.</param>
    /// <param name="limit">At most so many people.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<IReadOnlyList<PersonShare>> ReadSharesAsync(TimeSpan lately, int limit, CancellationToken cancellationToken = default) =>
        await RowsAsync(
            Sql.ReadShares,
            r => new PersonShare(
                r.GetGuid(0), new Share(r.GetDouble(1), Maybe<int>(r, 2), Maybe<int>(r, 3)), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6),
                r.GetDouble(7), Maybe<double>(r, 8), Maybe<double>(r, 9)),
            cancellationToken, Parameters.Of(lately.TotalSeconds), Parameters.Of((long)MostLately), Parameters.Of((long)limit));
}
