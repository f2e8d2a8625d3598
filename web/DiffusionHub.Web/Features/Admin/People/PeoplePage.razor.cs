using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Data;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Features.Admin.People;

/// <summary>Who is granted what of the devices, and what came of it.</summary>
public sealed partial class PeoplePage
{
    private const int Most = 200;
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    private Paced<IReadOnlyList<PersonShare>> _shares = default!;
    private IReadOnlyList<(string Name, PersonShare Person)>? _people;

    [Inject] private JobQueue Jobs { get; set; } = default!;
    [Inject] private HubDatabase Database { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;

    /// <inheritdoc />
    protected override void OnInitialized() => _shares = new(Time, Pause, token => Jobs.ReadSharesAsync(Lately, Most, token));

    /// <inheritdoc />
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var shares = await _shares.ReadAsync(cancellationToken);
        var names = await Database.RunAsync(
            hub => hub.Users.AsNoTracking().OrderBy(u => u.CreatedAt).Take(Most).ToDictionaryAsync(u => u.Id, u => u.Name, cancellationToken), cancellationToken);
        // Whoever the hub knows can be granted something before the first job.
        _people = [.. People(shares, names)];
    }

    private static IEnumerable<(string Name, PersonShare Person)> People(IReadOnlyList<PersonShare> shares, Dictionary<Guid, string> names)
    {
        var idle = names.Keys.Except(shares.Select(s => s.OwnerId)).Select(id => new PersonShare(id, Share.Usual, 0, 0, 0, 0, null, null));
        // Those with most device time are shown, but by name: a card must not move away from whoever types in it.
        return shares.Concat(idle).Take(Most)
            .Select(p => (Name: names.GetValueOrDefault(p.OwnerId) ?? p.OwnerId.ToString(), p))
            .OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase).ThenBy(p => p.p.OwnerId);
    }

    private Task<bool> SetAsync(Guid owner, Share share) => DoAsync(token =>
    {
        _shares.Forget();
        return Jobs.SetShareAsync(owner, share, token);
    });
}
