using System.Threading.Channels;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Links;
using DiffusionHub.Web.Shared.Data;

namespace DiffusionHub.Web.Features.Accounts.Mail;

/// <summary>
/// Sends links for new passwords. Whoever asks is answered before it is looked whether there is such an account: neither the words nor the
/// time of the answer tell.
/// </summary>
internal sealed partial class ForgottenPasswords(AccountBook accounts, LinkBook links, Mailer mailer, TimeProvider time, ILogger<ForgottenPasswords> logger) : BackgroundService
{
    private const int MostWaiting = 100;

    /// <summary>How long a link can be used; an administrator's lasts longer.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Time between two e-mails to one person.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private readonly Channel<(string Email, string Hub, string? Address)> _asked =
        Channel.CreateBounded<(string, string, string?)>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Whether the hub sends e-mails.</summary>
    public bool IsOn => mailer.IsOn;

    /// <summary>Somebody asks for a link for this address.</summary>
    /// <param name="email">As typed.</param>
    /// <param name="hub">The hub's own address.</param>
    /// <param name="address">Network address of who asks.</param>
    public void Ask(string email, string hub, string? address)
    {
        if (IsOn && email.Length <= AccountRules.MostAddress)
        {
            _asked.Writer.TryWrite((email.Trim(), hub, address));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (email, hub, address) in _asked.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await SendAsync(email, hub, address, stoppingToken);
            }
            catch (Exception e) when (e is MailException || HubDatabase.IsAway(e))
            {
                CannotSend(logger, e.Message);
            }
        }
    }

    private async Task SendAsync(string email, string hub, string? address, CancellationToken cancellationToken)
    {
        // Found by its address only, not by its id.
        if (await accounts.FindAsync(email, cancellationToken) is not { DisabledAt: null, Email: { } to } account || !to.Equals(email, StringComparison.OrdinalIgnoreCase)
            || time.GetUtcNow() - await links.LastAsync(LinkKinds.Reset, account.Id, cancellationToken) < Pause)
        {
            return;
        }

        var secret = await links.CreateAsync(
            new LinkWish(LinkKinds.Reset, Lifetime) { AccountId = account.Id, Email = to }, new Actor(null, email, "forgotten password", address), cancellationToken);
        await mailer.SendAsync(new Letter(to, AccountTexts.MailSubject, AccountText.Of(AccountTexts.MailText, hub, secret)), cancellationToken);
    }

    [LoggerMessage(EventId = 160, Level = LogLevel.Warning, Message = "A link for a new password could not be sent: {Reason}")]
    private static partial void CannotSend(ILogger logger, string reason);
}
