using System.Net;
using DiffusionHub.Cli.Supervision;
using DiffusionHub.Data.Settings;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Keys;

namespace DiffusionHub.Cli.Shell;

/// <summary>The people of one hub, for one command.</summary>
internal sealed class OpenPeople(PeopleHost host, HubSettings settings)
{
    public AccountBook Accounts => host.Get<AccountBook>();

    public KeyRing Keys => host.Get<KeyRing>();

    public PeopleHost Host => host;

    /// <summary>The account of an address.</summary>
    /// <exception cref="CommandException">There is none; the nearest one is named.</exception>
    public async Task<Account> FindAsync(string email, CancellationToken stop) => await Accounts.FindAsync(email, stop)
        ?? throw new CommandException(
            PeopleCommand.Text(ShellTexts.NoAccount, email) + UsageErrors.Suggestion(email, (await Accounts.ListAsync(stop)).Select(view => view.Account.Email!)), ExitCodes.Usage);

    /// <summary>An address in the hub's web pages.</summary>
    /// <param name="url">Where people reach it; null: as this machine knows it.</param>
    /// <param name="path">Path and query.</param>
    public string Link(string? url, string path)
    {
        var running = HubLock.IsTaken(settings.DataFolder) ? HubState.Read(settings.DataFolder)?.Url : null;
        return (url ?? running ?? new ListenAddress(IPAddress.Parse(settings.Listen), settings.Port).Reachable).TrimEnd('/') + path;
    }
}
