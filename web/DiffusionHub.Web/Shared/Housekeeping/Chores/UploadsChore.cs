using System.Text.RegularExpressions;
using DiffusionHub.Data.Blobs;
using DiffusionHub.Data.Settings;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Web.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Shared.Housekeeping.Chores;

/// <summary>Removes pictures that somebody gave to begin with and that no job, ended job or gallery entry speaks of.</summary>
internal sealed partial class UploadsChore(Queue.Housekeeping house, HubDatabase database, IBlobStore blobs, HubSettings settings, TimeProvider time) : IChore
{
    private const string Folder = "uploads/";
    private const int AtOnce = 1000;

    /// <inheritdoc />
    public string Name => "uploads";

    /// <inheritdoc />
    public string Cron => "0 10 4 * * ?";

    /// <inheritdoc />
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddDays(-settings.KeepUploadsDays);
        var old = blobs.List().Where(blob => blob.At < before && blob.Key.StartsWith(Folder, StringComparison.Ordinal)).Select(blob => blob.Key)
            .Where(key => !key.EndsWith(".tmp", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        // A request that comes meanwhile makes its uploads young before it is queued, and those stay below.
        await foreach (var found in house.FindUploadsAsync(cancellationToken))
        {
            old.ExceptWith(found.Select(UploadReference.KeyOf).OfType<string>());
            if (old.Count == 0)
            {
                return 0;
            }
        }

        await ForgetGalleryAsync(old, cancellationToken);
        return old.Count(key => blobs.DeleteOlder(key, before));
    }

    // What the gallery's requests speak of, a page at a time in the order of ids.
    private async Task ForgetGalleryAsync(HashSet<string> old, CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        for (var count = AtOnce; count == AtOnce && old.Count > 0;)
        {
            var page = await database.RunAsync(
                hub => hub.Pictures.Where(p => p.Id.CompareTo(last) > 0).OrderBy(p => p.Id).Take(AtOnce).Select(p => new { p.Id, p.Request }).ToListAsync(cancellationToken),
                cancellationToken);
            old.ExceptWith(page.SelectMany(p => Reference().Matches(p.Request)).Select(m => UploadReference.KeyOf(m.Value)).OfType<string>());
            (count, last) = (page.Count, page.Count > 0 ? page[^1].Id : last);
        }
    }

    [GeneratedRegex("upload:[0-9a-f]{64}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
