using System.CommandLine;
using DiffusionHub.Cli.Shell;

namespace DiffusionHub.Cli.Commands.Users;

/// <summary><c>--url</c>: what links begin with.</summary>
internal static class UrlOption
{
    public static Option<string?> Create() => new("--url") { Description = UsersTexts.Url, HelpName = "address" };

    /// <summary>Its value, checked.</summary>
    public static string? Of(ParseResult parsed, Option<string?> option)
    {
        var text = parsed.GetValue(option);
        var right = text is null || (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && !text.Contains('?', StringComparison.Ordinal));
        return right ? text : throw new CommandException(PeopleCommand.Text(UsersTexts.BadUrl, text), ExitCodes.Usage);
    }
}
