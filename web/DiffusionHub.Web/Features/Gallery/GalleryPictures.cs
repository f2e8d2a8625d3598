using DiffusionHub.Data;
using DiffusionHub.Domain.Pictures;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Features.Gallery;

/// <summary>What the Gallery reads: an owner's pictures, newest first, by keyset (a page costs the same at the thousandth picture).</summary>
internal sealed class GalleryPictures(IDbContextFactory<HubDbContext> contexts)
{
    /// <summary>Pictures a page.</summary>
    public const int PageSize = 48;

    /// <summary>The pictures that come after <paramref name="before"/> in the Gallery's order (older), or the newest.</summary>
    public async Task<IReadOnlyList<Picture>> PageAsync(Guid ownerId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var own = context.Pictures.AsNoTracking().Where(p => p.OwnerId == ownerId);
        if (before is { } id)
        {
            own = own.Where(p => p.Id.CompareTo(id) < 0);
        }

        return await own.OrderByDescending(p => p.Id).Take(limit).ToListAsync(cancellationToken);
    }

    /// <summary>One picture with its neighbours' ids in the Gallery's order; null when it is not the owner's.</summary>
    public async Task<PictureDetail?> FindAsync(Guid ownerId, Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var own = context.Pictures.AsNoTracking().Where(p => p.OwnerId == ownerId);
        if (await own.FirstOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } picture)
        {
            return null;
        }

        var newer = await own.Where(p => p.Id.CompareTo(id) > 0).OrderBy(p => p.Id).Select(p => (Guid?)p.Id).FirstOrDefaultAsync(cancellationToken);
        var older = await own.Where(p => p.Id.CompareTo(id) < 0).OrderByDescending(p => p.Id).Select(p => (Guid?)p.Id).FirstOrDefaultAsync(cancellationToken);
        return new PictureDetail(picture, newer, older);
    }

    /// <summary>How many pictures an owner has.</summary>
    public async Task<int> CountAsync(Guid ownerId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Pictures.CountAsync(p => p.OwnerId == ownerId, cancellationToken);
    }
}

/// <summary>A picture and the ids beside it.</summary>
internal sealed record PictureDetail(Picture Picture, Guid? NewerId, Guid? OlderId);
