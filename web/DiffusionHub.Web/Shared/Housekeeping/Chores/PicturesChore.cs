using System.Globalization;
using System.Text.RegularExpressions;
using DiffusionHub.Data.Blobs;
using DiffusionHub.Web.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Shared.Housekeeping.Chores;

/// <summary>
/// Removes files of the picture store that no gallery entry speaks of: results that came too late, parts of broken-off writes, probes.
/// Whatever is not of these shapes stays.
/// </summary>
internal sealed partial class PicturesChore(Queue.Housekeeping house, HubDatabase database, IBlobStore blobs, TimeProvider time) : IChore
{
    // A worker stores before it publishes. Its job is live meanwhile, so this is only to spare the database the files of the day.
    private static readonly TimeSpan Age = TimeSpan.FromDays(1);
    private const int AtOnce = 1000;

    /// <inheritdoc />
    public string Name => "pictures";

    /// <inheritdoc />
    public string Cron => "0 40 3 * * ?";

    /// <inheritdoc />
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var (before, removed) = (time.GetUtcNow() - Age, 0L);
        foreach (var some in blobs.List().Where(blob => blob.At < before && (JobOf(blob.Key) is not null || IsLeftOver(blob.Key))).Chunk(AtOnce))
        {
            var jobs = some.Select(blob => JobOf(blob.Key)).OfType<long>().Distinct().ToArray();
            // In this order: a job that is not live any more has its gallery entry by now, or never will.
            var live = await house.FindLiveAsync(jobs, cancellationToken);
            var published = await PublishedAsync(jobs, cancellationToken);
            removed += some
                .Where(blob => JobOf(blob.Key) is not { } job || (!live.Contains(job) && !published.Contains(blob.Key)))
                .Count(blob => blobs.DeleteOlder(blob.Key, before));
        }

        return removed;
    }

    private async Task<HashSet<string>> PublishedAsync(long[] jobs, CancellationToken cancellationToken) => await database.RunAsync(
        async hub =>
        {
            var keys = await hub.Pictures.Where(p => jobs.Contains(p.JobId)).Select(p => new { p.BlobKey, p.ThumbnailKey }).ToListAsync(cancellationToken);
            return keys.SelectMany(k => new[] { k.BlobKey, k.ThumbnailKey }).ToHashSet(StringComparer.Ordinal);
        },
        cancellationToken);

    private static long? JobOf(string key) =>
        Result().Match(key) is { Success: true } match && long.TryParse(match.Groups["job"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var job)
            ? job
            : null;

    private static bool IsLeftOver(string key) => key.EndsWith(".tmp", StringComparison.Ordinal) || key.StartsWith("probe/", StringComparison.Ordinal);

    // job/claim/file, as workers store them
    [GeneratedRegex(@"^(?<job>[0-9]+)/[0-9]+/(?:picture\.png|thumbnail\.webp)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Result();
}
