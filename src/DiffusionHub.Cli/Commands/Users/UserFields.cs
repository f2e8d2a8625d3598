using DiffusionHub.Cli.Shell;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Roles;

namespace DiffusionHub.Cli.Commands.Users;

/// <summary>The fields of an account as they are called on the command line.</summary>
internal static class UserFields
{
    public static IReadOnlyDictionary<string, string> Names { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["email"] = "EMAIL", ["account"] = "EMAIL", ["name"] = "--name", ["role"] = "--role", ["password"] = "--password-stdin",
    };

    /// <summary>The role of that name.</summary>
    /// <exception cref="CommandException">There is none; the nearest one is named.</exception>
    public static string Role(string text, string field) => AccountRules.Role(text).FirstOrDefault() is { } error
        ? throw new CommandException($"{field}: {error.Message}{UsageErrors.Suggestion(text, RoleNames.All)}", ExitCodes.Usage)
        : text;
}
