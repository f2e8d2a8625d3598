using DiffusionHub.Domain.Pictures;
using DiffusionHub.People.Rules;
using DiffusionHub.Web.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Features.Moderation;

/// <summary>A picture that waits for a moderator.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Maker">Its maker's name.</param>
/// <param name="Reports">Open complaints with the names of who made them.</param>
public sealed record WaitingPicture(Picture Picture, string Maker, IReadOnlyList<(Report Report, string Reporter)> Reports);

/// <summary>What waits for moderators.</summary>
internal sealed class WaitingPictures(HubDatabase database, ReportBook book)
{
    /// <summary>Pictures at once: whatever is decided makes room for the next.</summary>
    public const int Most = 20;

    /// <summary>Those that have waited longest.</summary>
    public Task<IReadOnlyList<WaitingPicture>> ReadAsync(CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<WaitingPicture>>(
        async hub =>
        {
            var ids = await book.WaitingAsync(after: null, Most, cancellationToken);
            var pictures = await hub.Pictures.AsNoTracking().Where(picture => ids.Contains(picture.Id)).OrderBy(picture => picture.Id).ToListAsync(cancellationToken);
            var reports = await book.OpenAsync(ids, cancellationToken);
            var names = await book.NamesAsync(pictures.Select(picture => picture.OwnerId).Concat(reports.Select(report => report.ReporterId).OfType<Guid>()), cancellationToken);
            return [.. pictures.Select(picture => new WaitingPicture(picture, names.GetValueOrDefault(picture.OwnerId, ""), Of(picture.Id)))];

            List<(Report, string)> Of(Guid id) =>
                [.. reports.Where(report => report.PictureId == id).Select(report => (report, report.ReporterId is { } who ? names.GetValueOrDefault(who, "") : ModerationTexts.GoneReporter))];
        },
        cancellationToken);
}
