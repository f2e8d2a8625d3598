using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>The answer to a progress report.</summary>
/// <param name="Current">False: the claim is no longer this worker's, stop working on it.</param>
/// <param name="CancelRequested">It was cancelled, stop working on it.</param>
public readonly record struct ProgressAnswer(bool Current, bool CancelRequested);

/// <summary>Writes how far a job is: one row a job, the latest report wins.</summary>
/// <param name="dataSource">The hub's database.</param>
/// <param name="notifier">Where notifications go.</param>
public sealed class ProgressReporter(NpgsqlDataSource dataSource, Notifier notifier)
{
    /// <summary>Reports a step.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="steps">Steps in all.</param>
    /// <param name="previewWebp">The forming picture, or null to keep the one before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<ProgressAnswer> ReportAsync(
        JobClaim claim, int step, int steps, byte[]? previewWebp, CancellationToken cancellationToken = default)
    {
        var rows = await dataSource.RunAsync(
            connection => connection
                .Command(
                    Sql.ReportProgress, Parameters.Of(claim.JobId), Parameters.Of(claim.ClaimToken), Parameters.Of((short)step),
                    Parameters.Of((short)steps), Parameters.Of(previewWebp))
                .ReadAsync(r => r.GetBoolean(0), cancellationToken),
            repeatable: true,
            cancellationToken);
        if (rows is not [var cancelled])
        {
            return new ProgressAnswer(false, false);
        }

        notifier.Progressed(claim.JobId);
        return new ProgressAnswer(true, cancelled);
    }
}
