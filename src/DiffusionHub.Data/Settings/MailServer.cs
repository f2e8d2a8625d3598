using System.Net.Mail;

namespace DiffusionHub.Data.Settings;

/// <summary>A server that takes e-mails, as the setting <c>smtp</c> names it.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">587 unless given; 465 with smtps.</param>
/// <param name="IsTls">True (smtps): TLS from the first byte. False (smtp): STARTTLS.</param>
/// <param name="User">Null: it wants none.</param>
/// <param name="Password">With <paramref name="User"/>.</param>
public sealed record MailServer(string Host, int Port, bool IsTls, string? User, string Password)
{
    private const int SubmissionPort = 587;
    private const int SubmissionTlsPort = 465;

    /// <summary>Reads <c>smtp://user:password@host:port</c>; user, password and port may be missing. Null: it is something else.</summary>
    public static MailServer? Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("smtp" or "smtps") || address.Host.Length == 0 || address.PathAndQuery is not ("" or "/"))
        {
            return null;
        }

        var tls = address.Scheme == "smtps";
        var user = address.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
        return new MailServer(
            address.IdnHost.Trim('[', ']'), address.Port > 0 ? address.Port : tls ? SubmissionTlsPort : SubmissionPort, tls,
            user[0].Length > 0 ? user[0] : null, user.Length > 1 ? user[1] : "");
    }

    /// <summary>Whether a text is one plain address that every server takes: ASCII, no name beside it, nothing that could end a line.</summary>
    public static bool IsAddress(string text) =>
        text.All(c => c is > ' ' and < (char)127 and not ('<' or '>')) && MailAddress.TryCreate(text, out var parsed) && parsed.Address == text;
}
