using System.Linq.Expressions;
using DiffusionHub.Data;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Rules;
using DiffusionHub.Web.Shared.Data;
using DiffusionHub.Web.Shared.People;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Features.Gallery;

/// <summary>
/// What the Gallery reads: an owner's pictures, and everybody's that are shared, newest first, by keyset (a page costs the same at the thousandth picture).
/// Who sees what is said in <see cref="PictureAccess"/>.
/// </summary>
internal sealed class GalleryPictures(HubDatabase database, ReportBook reports, TimeProvider time)
{
    /// <summary>Pictures a page.</summary>
    public const int PageSize = 48;

    /// <summary>The pictures that come after <paramref name="before"/> in the Gallery's order (older), or the newest.</summary>
    public Task<List<Picture>> PageAsync(Guid ownerId, Guid? before, int limit, CancellationToken cancellationToken) => PageAsync(p => p.OwnerId == ownerId, before, limit, cancellationToken);

    /// <summary>The same of everybody's shared pictures.</summary>
    public async Task<List<Picture>> SharedPageAsync(Guid? before, int limit, CancellationToken cancellationToken) =>
        [.. (await PageAsync(PictureAccess.IsShared, before, limit, cancellationToken)).Select(PictureAccess.ForOthers)];

    /// <summary>One picture, or null when it is not the owner's.</summary>
    public Task<Picture?> FindAsync(Guid ownerId, Guid id, CancellationToken cancellationToken) => OneAsync(p => p.OwnerId == ownerId && p.Id == id, cancellationToken);

    /// <summary>One picture, or null when the asker does not see it.</summary>
    public async Task<Picture?> FindVisibleAsync(CurrentUser asker, Guid id, CancellationToken cancellationToken)
    {
        if (await OneAsync(p => p.Id == id, cancellationToken) is not { } picture)
        {
            return null;
        }

        return picture.OwnerId == asker.Id ? picture
            : IsShared(picture) || (Moderates(asker) && await database.RunAsync(_ => reports.IsWaitingAsync(id, cancellationToken), cancellationToken)) ? PictureAccess.ForOthers(picture)
            : null;
    }

    /// <summary>Whether the asker sees what waits for moderators: not with a key, which somebody may have lent out to read pictures.</summary>
    public static bool Moderates(CurrentUser asker) => asker.Person.Is(RoleNames.Moderator) && asker.KeyId is null;

    /// <summary>One picture with its neighbours' ids on its wall; null when it is not there for the asker.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="id">The picture.</param>
    /// <param name="shared">On the wall of everybody's shared pictures; else on the asker's own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<PictureDetail?> FindDetailAsync(CurrentUser asker, Guid id, bool shared, CancellationToken cancellationToken)
    {
        var ownerId = asker.Id;
        var wall = shared ? PictureAccess.IsShared : p => p.OwnerId == ownerId;
        if (await OneAsync(wall, cancellationToken, id) is not { } picture)
        {
            return null;
        }

        var newer = await database.RunAsync(
            hub => All(hub).Where(wall).Where(p => p.Id.CompareTo(id) > 0).OrderBy(p => p.Id).Select(p => (Guid?)p.Id).FirstOrDefaultAsync(cancellationToken), cancellationToken);
        var older = await database.RunAsync(hub => Older(All(hub).Where(wall), id).Select(p => (Guid?)p.Id).FirstOrDefaultAsync(cancellationToken), cancellationToken);
        var isOwn = picture.OwnerId == ownerId;
        var maker = shared ? (await NamesAsync([picture], cancellationToken)).GetValueOrDefault(picture.OwnerId) : null;
        return new PictureDetail(isOwn ? picture : PictureAccess.ForOthers(picture), newer, older, isOwn, maker);
    }

    /// <summary>How many pictures an owner has.</summary>
    public Task<int> CountAsync(Guid ownerId, CancellationToken cancellationToken) =>
        database.RunAsync(hub => All(hub).CountAsync(p => p.OwnerId == ownerId, cancellationToken), cancellationToken);

    /// <summary>Names of the pictures' makers by id; never their addresses.</summary>
    public Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyCollection<Picture> pictures, CancellationToken cancellationToken) =>
        database.RunAsync(_ => reports.NamesAsync(pictures.Select(p => p.OwnerId), cancellationToken), cancellationToken);

    /// <summary>Shows a picture to everybody, or to its owner alone again. Whether the owner may publish is asked before.</summary>
    /// <returns>The picture as it is then; null: it is not the owner's, or it is held or taken down and cannot be shared.</returns>
    public async Task<Picture?> ShareAsync(Guid ownerId, Guid id, bool share, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var own = (Expression<Func<Picture, bool>>)(p => p.OwnerId == ownerId && p.Id == id);
        var changed = await database.RunAsync(
            hub => share
                ? hub.Pictures.Where(own).Where(p => p.Standing == PictureStanding.Fine || p.Standing == PictureStanding.Blurred).ExecuteUpdateAsync(set => set.SetProperty(p => p.SharedAt, p => p.SharedAt ?? now), cancellationToken)
                : hub.Pictures.Where(own).ExecuteUpdateAsync(set => set.SetProperty(p => p.SharedAt, (DateTimeOffset?)null), cancellationToken),
            cancellationToken);
        return changed == 0 ? null : await OneAsync(own, cancellationToken);
    }

    private static bool IsShared(Picture p) => p is { SharedAt: not null, Standing: PictureStanding.Fine or PictureStanding.Blurred };

    private static IQueryable<Picture> All(HubDbContext hub) => hub.Pictures.AsNoTracking();

    private Task<Picture?> OneAsync(Expression<Func<Picture, bool>> which, CancellationToken cancellationToken, Guid? id = null) =>
        database.RunAsync(hub => All(hub).Where(which).FirstOrDefaultAsync(p => id == null || p.Id == id, cancellationToken), cancellationToken);

    private Task<List<Picture>> PageAsync(Expression<Func<Picture, bool>> wall, Guid? before, int limit, CancellationToken cancellationToken) =>
        database.RunAsync(hub => Older(All(hub).Where(wall), before).Take(limit).ToListAsync(cancellationToken), cancellationToken);

    private static IQueryable<Picture> Older(IQueryable<Picture> wall, Guid? before) =>
        (before is { } id ? wall.Where(p => p.Id.CompareTo(id) < 0) : wall).OrderByDescending(p => p.Id);
}

/// <summary>A picture and the ids beside it.</summary>
/// <param name="Picture">The picture, as the asker may see it.</param>
/// <param name="NewerId">The next newer one on the wall.</param>
/// <param name="OlderId">The next older one.</param>
/// <param name="IsOwn">Whether it is the asker's.</param>
/// <param name="Maker">Its maker's name, on the wall of shared pictures.</param>
internal sealed record PictureDetail(Picture Picture, Guid? NewerId, Guid? OlderId, bool IsOwn, string? Maker);
