using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.People.Keys;

namespace DiffusionHub.Cli.Commands.Keys;

/// <summary><c>hub keys list</c>.</summary>
internal static class ListKeys
{
    public static Command Create()
    {
        var user = new Option<string?>("--user") { Description = KeysTexts.OfUser, HelpName = "email" };
        var json = new Option<bool>("--json") { Description = KeysTexts.Json };
        return new PeopleCommand(new Command("list", KeysTexts.List) { user, json }).Does(async (parsed, people, stop) =>
        {
            var whose = parsed.GetValue(user) is { } email ? (await people.FindAsync(email, stop)).Id : (Guid?)null;
            var owners = (await people.Accounts.ListAsync(stop)).ToDictionary(view => view.Account.Id, view => view.Account.Email!);
            var keys = (await people.Keys.ListAsync(whose, stop)).Select(key => KeyLine.Of(key, owners.GetValueOrDefault(key.AccountId, ""))).ToList();
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(keys, KeyJson.Default.ListKeyLine)
                : keys.Count == 0 ? KeysTexts.Empty
                : string.Join(Environment.NewLine, keys.Select(Line)));
        });
    }

    private static string Line(KeyLine key) => PeopleCommand.Text(KeysTexts.Line, key.Prefix, key.User, key.Name, string.Join(',', key.Scopes), Standing(key));

    private static string Standing(KeyLine key)
    {
        var used = key.UsedAt is { } at ? PeopleCommand.Text(KeysTexts.Used, at.UtcDateTime) : KeysTexts.Unused;
        return key.RevokedAt is not null ? KeysTexts.Revoked
            : key.ExpiresAt is not { } end ? used
            : end <= TimeProvider.System.GetUtcNow() ? KeysTexts.Expired : PeopleCommand.Text(KeysTexts.Until, end.UtcDateTime, used);
    }
}

/// <summary>A key as <c>--json</c> prints it.</summary>
internal sealed record KeyLine(
    Guid Id, string Prefix, string User, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? UsedAt, DateTimeOffset? RevokedAt)
{
    public static KeyLine Of(ApiKey key, string user) =>
        new(key.Id, key.Prefix, user, key.Name, key.Scopes, key.CreatedAt, key.ExpiresAt, key.UsedAt, key.RevokedAt);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<KeyLine>))]
internal sealed partial class KeyJson : JsonSerializerContext;
