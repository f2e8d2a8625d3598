using DiffusionHub.Data;
using DiffusionHub.Data.Blobs;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Roles;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Features.Accounts.Leaving;

/// <summary>
/// Deletes an account and all that is its owner's: jobs, prompts, pictures and their files. It is disabled first, so that nothing new comes while
/// the old goes; where this breaks off it stays disabled, and an administrator can begin again. Pictures that they gave the hub lie under their
/// hash, which is nobody's; once nothing speaks of them, housekeeping takes them.
/// </summary>
internal sealed partial class AccountRemoval(
    AccountBook accounts, JobQueue queue, Queue.Housekeeping house, HubDatabase database, IBlobStore blobs, TimeProvider time, ILogger<AccountRemoval> logger)
{
    private const int AtOnce = 500;
    private const int MostRounds = 5;

    /// <summary>Deletes it; not to be broken off.</summary>
    /// <returns>Why not, or null.</returns>
    public async Task<string?> RemoveAsync(Guid id, Actor actor)
    {
        if (await accounts.FindAsync(id.ToString()) is not { } account || await accounts.DisableAsync(id, actor) is { } error)
        {
            return AccountTexts.CannotDelete;
        }

        // Until every node knows it.
        await Task.Delay(PeopleDirectory.Freshness, time);
        for (var round = 0; round < MostRounds; round++)
        {
            await queue.CancelAllAsync(id);
            await house.ForgetAsync(id);
            await DeletePicturesAsync(id);
            if (await accounts.DeleteAsync(account, actor))
            {
                return null;
            }
        }

        throw new InvalidOperationException($"Account {id} is disabled, but something of it keeps coming back.");
    }

    private async Task DeletePicturesAsync(Guid ownerId)
    {
        while (await database.RunAsync(hub => NextAsync(hub, ownerId), CancellationToken.None) is { Count: > 0 } keys)
        {
            foreach (var key in keys)
            {
                try
                {
                    blobs.Delete(key);
                }
                catch (IOException e)
                {
                    // Its row is gone: housekeeping takes the file.
                    CannotDelete(logger, key, e.Message);
                }
            }
        }
    }

    // The rows first: a file without a row is cleared away by housekeeping, a row without its file would be a broken picture.
    private static async Task<List<string>> NextAsync(HubDbContext hub, Guid ownerId)
    {
        var some = await hub.Pictures.AsNoTracking().Where(p => p.OwnerId == ownerId).OrderBy(p => p.Id).Take(AtOnce)
            .Select(p => new { p.Id, p.BlobKey, p.ThumbnailKey }).ToListAsync();
        var ids = some.ConvertAll(p => p.Id);
        await hub.Pictures.Where(p => ids.Contains(p.Id)).ExecuteDeleteAsync();
        return [.. some.SelectMany(p => new[] { p.BlobKey, p.ThumbnailKey })];
    }

    [LoggerMessage(EventId = 161, Level = LogLevel.Warning, Message = "The file {Key} of a deleted account is left to housekeeping: {Reason}")]
    private static partial void CannotDelete(ILogger logger, string key, string reason);
}
