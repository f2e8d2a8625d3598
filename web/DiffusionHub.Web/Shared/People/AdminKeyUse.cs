using DiffusionHub.People.Audit;
using DiffusionHub.People.Roles;
using Microsoft.Extensions.Caching.Memory;

namespace DiffusionHub.Web.Shared.People;

/// <summary>Writes down what administrators' keys are used for: each address of the hub once a minute a key, so that a program that polls does not fill the log.</summary>
internal sealed class AdminKeyUse(AuditLog audit) : IDisposable
{
    private static readonly TimeSpan Once = TimeSpan.FromMinutes(1);
    private readonly MemoryCache _told = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>Notes a request that was let in.</summary>
    public async Task NoteAsync(CurrentUser me, HttpContext http)
    {
        if (me.KeyId is not { } key || !me.Person.Is(RoleNames.Admin))
        {
            return;
        }

        // The address as the hub knows it, not as it was typed: that would be a stranger's text.
        var place = http.GetEndpoint()?.DisplayName ?? "nothing";
        if (!_told.TryGetValue((key, place), out _))
        {
            _told.Set((key, place), true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Once });
            await audit.WriteAsync(me.Actor, AuditActions.KeyUsedByAdmin, place, cancellationToken: http.RequestAborted);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _told.Dispose();
}
