using DiffusionHub.Data;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Web.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Features.Gallery;

/// <summary>What the Gallery reads: an owner's pictures, newest first, by keyset (a page costs the same at the thousandth picture).</summary>
internal sealed class GalleryPictures(HubDatabase database)
{
    /// <summary>Pictures a page.</summary>
    public const int PageSize = 48;

    /// <summary>The pictures that come after <paramref name="before"/> in the Gallery's order (older), or the newest.</summary>
    public Task<List<Picture>> PageAsync(Guid ownerId, Guid? before, int limit, CancellationToken cancellationToken) => database.RunAsync(
        hub => Older(Own(hub, ownerId), before).Take(limit).ToListAsync(cancellationToken), cancellationToken);

    /// <summary>One picture, or null when it is not the owner's.</summary>
    public Task<Picture?> FindAsync(Guid ownerId, Guid id, CancellationToken cancellationToken) => database.RunAsync(
        hub => Own(hub, ownerId).FirstOrDefaultAsync(p => p.Id == id, cancellationToken), cancellationToken);

    /// <summary>One picture with its neighbours' ids in the Gallery's order; null when it is not the owner's.</summary>
    public async Task<PictureDetail?> FindDetailAsync(Guid ownerId, Guid id, CancellationToken cancellationToken)
    {
        if (await FindAsync(ownerId, id, cancellationToken) is not { } picture)
        {
            return null;
        }

        var newer = await database.RunAsync(
            hub => Own(hub, ownerId).Where(p => p.Id.CompareTo(id) > 0).OrderBy(p => p.Id).Select(p => (Guid?)p.Id).FirstOrDefaultAsync(cancellationToken),
            cancellationToken);
        var older = await database.RunAsync(
            hub => Older(Own(hub, ownerId), id).Select(p => (Guid?)p.Id).FirstOrDefaultAsync(cancellationToken), cancellationToken);
        return new PictureDetail(picture, newer, older);
    }

    /// <summary>How many pictures an owner has.</summary>
    public Task<int> CountAsync(Guid ownerId, CancellationToken cancellationToken) =>
        database.RunAsync(hub => Own(hub, ownerId).CountAsync(cancellationToken), cancellationToken);

    private static IQueryable<Picture> Own(HubDbContext hub, Guid ownerId) => hub.Pictures.AsNoTracking().Where(p => p.OwnerId == ownerId);

    private static IQueryable<Picture> Older(IQueryable<Picture> own, Guid? before) =>
        (before is { } id ? own.Where(p => p.Id.CompareTo(id) < 0) : own).OrderByDescending(p => p.Id);
}

/// <summary>A picture and the ids beside it.</summary>
internal sealed record PictureDetail(Picture Picture, Guid? NewerId, Guid? OlderId);
