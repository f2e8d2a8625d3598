using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.People.Accounts;

namespace DiffusionHub.Cli.Commands.Users;

/// <summary><c>hub users list</c>.</summary>
internal static class ListUsers
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = UsersTexts.Json };
        return new PeopleCommand(new Command("list", UsersTexts.List) { json }).Does(async (parsed, people, stop) =>
        {
            var all = await people.Accounts.ListAsync(stop);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(all.Select(UserLine.Of).ToList(), UserJson.Default.ListUserLine)
                : all.Count == 0 ? UsersTexts.Empty
                : string.Join(Environment.NewLine, all.Select(Line)));
        });
    }

    private static string Line(AccountView view) => PeopleCommand.Text(UsersTexts.Line, view.Account.Email, view.Account.Role, view.Name, Standing(view.Account));

    private static string Standing(Account account) =>
        account.DisabledAt is not null ? UsersTexts.Disabled
        : account.PasswordHash is null ? UsersTexts.NoPasswordYet
        : account.LockoutEnd > TimeProvider.System.GetUtcNow() ? UsersTexts.Locked
        : account.SeenAt is { } seen ? PeopleCommand.Text(UsersTexts.Seen, seen.UtcDateTime) : UsersTexts.Never;
}

/// <summary>An account as <c>--json</c> prints it.</summary>
internal sealed record UserLine(Guid Id, string Email, string Name, string Role, DateTimeOffset? DisabledAt, DateTimeOffset? SeenAt, bool HasPassword, bool TwoFactor)
{
    public static UserLine Of(AccountView view) => new(
        view.Account.Id, view.Account.Email!, view.Name, view.Account.Role, view.Account.DisabledAt, view.Account.SeenAt, view.Account.PasswordHash is not null, view.Account.TwoFactorEnabled);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<UserLine>))]
internal sealed partial class UserJson : JsonSerializerContext;
