using DiffusionHub.Domain.Jobs;
using DiffusionHub.Queue;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Shared.Jobs;

// What pages and programs read when they come.
internal sealed partial class JobFeed
{
    private static readonly IReadOnlyDictionary<long, int> NothingSeen = new Dictionary<long, int>();

    /// <summary>Jobs as they stand, previews and foretold starts included; unknown ids are left out.</summary>
    public async Task<IReadOnlyList<JobUpdate>> ReadAsync(IReadOnlyCollection<long> jobIds, CancellationToken cancellationToken) =>
        await ForetellAsync(await WithPicturesAsync(await queue.ReadJobsAsync(jobIds, NothingSeen, cancellationToken), cancellationToken), cancellationToken);

    /// <summary>An owner's live jobs and the newest <paramref name="ended"/> ended ones, previews and foretold starts included.</summary>
    public async Task<IReadOnlyList<JobUpdate>> ReadBoardAsync(Guid ownerId, int ended, CancellationToken cancellationToken)
    {
        var board = await BoardAsync(ownerId, ended, cancellationToken);
        _turns.Writer.TryWrite(new Turn(Shown: board));
        return board;
    }

    private async Task<IReadOnlyList<JobUpdate>> BoardAsync(Guid ownerId, int ended, CancellationToken cancellationToken)
    {
        var live = await queue.ReadActiveAsync(ownerId, NothingSeen, cancellationToken: cancellationToken);
        var recent = ended > 0 ? await queue.ListAsync(new JobFilter(OwnerId: ownerId, Limit: ended, EndedOnly: true), cancellationToken) : [];
        var all = await WithPicturesAsync([.. live, .. recent.ExceptBy(live.Select(j => j.JobId), j => j.JobId)], cancellationToken);
        return await ForetellAsync(all, cancellationToken);
    }

    private async Task<IReadOnlyList<JobUpdate>> ForetellAsync(IReadOnlyList<JobUpdate> updates, CancellationToken cancellationToken)
    {
        var etas = await queue.ReadEtasAsync([.. updates.Where(u => WaitingLine.Waits(u.Job)).Select(u => u.Job.JobId)], cancellationToken);
        var now = time.GetUtcNow();
        return [.. updates.Select(u => etas.TryGetValue(u.Job.JobId, out var eta) ? u with { StartsAt = now + eta } : u)];
    }

    private async Task<IReadOnlyList<JobUpdate>> WithPicturesAsync(IReadOnlyList<JobView> jobs, CancellationToken cancellationToken)
    {
        var done = jobs.Where(j => j.State == JobState.Succeeded).Select(j => j.JobId).ToList();
        if (done.Count == 0)
        {
            return [.. jobs.Select(j => new JobUpdate(j, Picture: null))];
        }

        var pictures = await database.RunAsync(
            hub => hub.Pictures.AsNoTracking().Where(p => done.Contains(p.JobId)).ToDictionaryAsync(p => p.JobId, cancellationToken), cancellationToken);
        return [.. jobs.Select(j => new JobUpdate(j, pictures.GetValueOrDefault(j.JobId)))];
    }
}
