using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using DiffusionHub.Data.Settings;

namespace DiffusionHub.Web.Features.Accounts.Mail;

/// <summary>
/// Hands e-mails to the server of the setting <c>smtp</c>. Always over TLS (RFC 8314; RFC 3207 for smtp://), unless the server is this very
/// machine and wants no password: a link that sets a password must not be read on its way.
/// </summary>
internal sealed class Mailer(HubSettings settings, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly MailServer? _server = MailServer.Read(settings.Smtp);

    /// <summary>Whether the hub sends e-mails.</summary>
    public bool IsOn => _server is not null;

    /// <summary>Sends one.</summary>
    /// <exception cref="MailException">The server does not take it.</exception>
    public async Task SendAsync(Letter letter, CancellationToken cancellationToken)
    {
        if (_server is null || !MailServer.IsAddress(letter.To))
        {
            throw new MailException(_server is null ? "No mail server is set." : "The address is not one that every mail server takes.");
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(_server.Host, _server.Port, deadline.Token);
            await SendAsync(_server, client, letter, deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MailException($"The mail server {_server.Host} did not take the e-mail within {Patience.TotalSeconds} s.", e);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            throw new MailException($"The mail server {_server.Host}, port {_server.Port}: {e.Message}", e);
        }
    }

    private string From => settings.MailFrom.Length > 0 ? settings.MailFrom : MailServer.IsAddress(_server!.User ?? "") ? _server.User! : $"diffusionhub@{_server.Host}";

    private async Task SendAsync(MailServer server, TcpClient client, Letter letter, CancellationToken cancellationToken)
    {
        var here = ((IPEndPoint)client.Client.LocalEndPoint!).Address;
        var hello = here.AddressFamily == AddressFamily.InterNetworkV6 && !here.IsIPv4MappedToIPv6 ? $"EHLO [IPv6:{here}]" : $"EHLO [{here.MapToIPv4()}]";
        Stream stream = server.IsTls ? await SecureAsync(client.GetStream(), server, cancellationToken) : client.GetStream();
        await using var open = stream;
        var line = new SmtpLine(stream);
        await line.HearAsync(220, cancellationToken);
        var offers = await line.AskAsync(hello, 250, cancellationToken);
        if (!server.IsTls && offers.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
        {
            await line.AskAsync("STARTTLS", 220, cancellationToken);
            // What came with the answer was said before anybody proved who it is.
            stream = line.IsDrained ? await SecureAsync(client.GetStream(), server, cancellationToken) : throw new MailException("The mail server spoke out of turn.");
            line = new SmtpLine(stream);
            await line.AskAsync(hello, 250, cancellationToken);
        }
        else if (!server.IsTls && (server.User is not null || !IPAddress.IsLoopback(((IPEndPoint)client.Client.RemoteEndPoint!).Address)))
        {
            throw new MailException($"The mail server {server.Host} offers no TLS (STARTTLS). Nothing was sent.");
        }

        if (server.User is { } user)
        {
            await line.AskAsync("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{server.Password}")), 235, cancellationToken);
        }

        await line.AskAsync($"MAIL FROM:<{From}>", 250, cancellationToken);
        await line.AskAsync($"RCPT TO:<{letter.To}>", 250, cancellationToken);
        await line.AskAsync("DATA", 354, cancellationToken);
        await line.AskAsync(Compose(letter) + "\r\n.", 250, cancellationToken);
        await line.AskAsync("QUIT", 221, cancellationToken);
    }

    private static async Task<Stream> SecureAsync(Stream stream, MailServer server, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = server.Host }, cancellationToken);
        return secure;
    }

    // RFC 5322 and 2045. As base64 the text can neither end the e-mail nor add to its head.
    private string Compose(Letter letter) => string.Join("\r\n",
        $"From: DiffusionHub <{From}>", $"To: <{letter.To}>", $"Subject: {letter.Subject}",
        "Date: " + time.GetUtcNow().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture), $"Message-ID: <{Guid.NewGuid():N}@{From.Split('@')[1]}>",
        "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
        Convert.ToBase64String(Encoding.UTF8.GetBytes(letter.Text), Base64FormattingOptions.InsertLineBreaks));
}
