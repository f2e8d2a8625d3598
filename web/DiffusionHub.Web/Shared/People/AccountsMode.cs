using System.Net;
using DiffusionHub.Data.Settings;
using DiffusionHub.People.Accounts;

namespace DiffusionHub.Web.Shared.People;

/// <summary>
/// Whether one has to sign in. Not on a hub that only its own machine reaches and that has no account: there everybody is the local user.
/// </summary>
internal sealed class AccountsMode(HubSettings settings, AccountBook accounts)
{
    private readonly bool _always = settings.Accounts || IsReachable(settings);
    private volatile State _state = new(Read: false, Any: false, Admin: false);

    /// <summary>Whether one has to sign in. Until the database has said whether there are accounts: yes.</summary>
    public bool Required => _always || !_state.Read || _state.Any;

    /// <summary>A hub without accounts.</summary>
    public bool IsSinglePerson => !Required;

    /// <summary>Whether nobody can sign in as an administrator yet: only the setup page is served.</summary>
    public bool NeedsSetup => Required && _state is { Read: true, Admin: false };

    /// <summary>Whether the database has said yet whether there are accounts.</summary>
    public bool IsKnown => _state.Read;

    /// <summary>Looks what is so now. Once there is an administrator, it stays so: the last one cannot go.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (!_state.Admin)
        {
            var (any, admin) = await accounts.ExistAsync(cancellationToken);
            _state = new State(Read: true, any, admin);
        }
    }

    /// <summary>True where others than this machine may reach the hub: by its address, or through something that hands requests on.</summary>
    public static bool IsReachable(HubSettings settings) => !IPAddress.IsLoopback(IPAddress.Parse(settings.Listen)) || settings.Hosts.Count > 0 || settings.Proxies.Count > 0;

    private sealed record State(bool Read, bool Any, bool Admin);
}
