namespace DiffusionHub.Web.Features.Accounts.Mail;

/// <summary>An e-mail of plain text.</summary>
/// <param name="To">One plain address.</param>
/// <param name="Subject">ASCII, one line.</param>
/// <param name="Text">What it says.</param>
internal sealed record Letter(string To, string Subject, string Text);

/// <summary>An e-mail could not be handed over. The message is for the log and holds nothing of the e-mail.</summary>
internal sealed class MailException(string message, Exception? inner = null) : Exception(message, inner);
