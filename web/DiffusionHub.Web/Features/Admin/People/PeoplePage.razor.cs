using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Links;
using DiffusionHub.People.Quotas;
using DiffusionHub.Queue;
using DiffusionHub.Web.Features.Accounts;
using DiffusionHub.Web.Shared.Data;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Features.Admin.People;

/// <summary>Who may come in, who may do what, who is granted what of the devices, and what came of it.</summary>
public sealed partial class PeoplePage
{
    private const int Most = 200;
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    private Paced<IReadOnlyList<PersonShare>> _served = default!;
    private Dictionary<Guid, PersonShare> _shares = [];
    private IReadOnlyList<(string Name, PersonShare Person)>? _people;
    private IReadOnlyList<AccountView>? _accounts;
    private IReadOnlyList<Link> _links = [];
    private PeopleSetting? _rule;
    private (Guid Id, string Link)? _reset;
    private string _find = "";

    [Inject] private JobQueue Jobs { get; set; } = default!;
    [Inject] private HubDatabase Database { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private AccountsMode Mode { get; set; } = default!;
    [Inject] private AccountBook Accounts { get; set; } = default!;
    [Inject] private LinkBook Links { get; set; } = default!;
    [Inject] private SignUpRules SignUps { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc />
    protected override void OnInitialized() => _served = new(Time, Pause, token => Jobs.ReadSharesAsync(Lately, Most, token));

    /// <inheritdoc />
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var shares = await _served.ReadAsync(cancellationToken);
        _shares = shares.ToDictionary(s => s.OwnerId);
        if (!Mode.IsSinglePerson)
        {
            _rule = await SignUps.ReadAsync(cancellationToken);
            _links = await Links.InvitationsAsync(Most, cancellationToken);
            _accounts = await Accounts.ListAsync(cancellationToken);
            return;
        }

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
        _served.Forget();
        return Jobs.SetShareAsync(owner, share, token);
    }, new Deed(AuditActions.ShareChanged, owner.ToString(), share.ToString()));

    private bool Fits(AccountView view) => _find.Trim().Length == 0 || view.Name.Contains(_find.Trim(), StringComparison.OrdinalIgnoreCase)
        || view.Account.Email!.Contains(_find.Trim(), StringComparison.OrdinalIgnoreCase);

    private string Seen(Account account) => account.SeenAt is { } seen ? Format(PeopleAdminTexts.SeenAgo, AdminText.Ago(seen, Time.GetUtcNow())) : PeopleAdminTexts.NeverSeen;

    private Task<bool> SetRuleAsync((string SignUp, string Role) to) => DoAsync(token => SignUps.SaveAsync(to.SignUp, to.Role, Actor, token));

    private Task<bool> RevokeAsync(Guid id) => DoAsync(token => Links.RevokeAsync(id, Actor, token));

    private async Task<string?> InviteAsync(string role, string? email)
    {
        string? secret = null;
        await DoAsync(async token => secret = await Links.CreateAsync(new LinkWish(LinkKinds.Invitation, LinkWish.InvitationLifetime) { Role = role, Email = email }, Actor, token));
        return secret is null ? null : $"{Navigation.BaseUri}account/join?link={secret}";
    }

    private Task<bool> ResetAsync(Account account) => DoAsync(async token => _reset = (account.Id, $"{Navigation.BaseUri}account/reset?link={await Accounts.ResetLinkAsync(account, Actor, token)}"));

    private Task<bool> DisableAsync(Guid id, bool off) => ChangeAsync(token => off ? Accounts.DisableAsync(id, Actor, token) : Accounts.EnableAsync(id, Actor, token));

    private async Task<bool> GrantAsync(Account account, double weight, Quota quota)
    {
        var done = await ChangeAsync(token => Accounts.SetQuotaAsync(account.Id, quota, Actor, token));
        var share = _shares.GetValueOrDefault(account.Id)?.Share ?? Share.Usual;
        return done && (share.Weight.Equals(weight) || await SetAsync(account.Id, share with { Weight = weight, RunningLimit = quota.RunningJobs ?? share.RunningLimit, QueuedLimit = quota.WaitingJobs ?? share.QueuedLimit }));
    }

    private async Task<bool> ChangeAsync(Func<CancellationToken, Task<FieldError?>> change)
    {
        FieldError? error = null;
        var done = await DoAsync(async token => error = await change(token));
        Refuse(error);
        return done && error is null;
    }
}
