using System.CommandLine;
using DiffusionHub.Cli.Shell;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Keys;

namespace DiffusionHub.Cli.Commands.Keys;

/// <summary><c>hub keys revoke PREFIX</c>.</summary>
internal static class RevokeKey
{
    private static readonly int Shown = KeyRing.Mark.Length + 8;

    public static Command Create()
    {
        var prefix = new Argument<string>("prefix") { Description = KeysTexts.Prefix };
        return new PeopleCommand(new Command("revoke", KeysTexts.Revoke) { prefix }).Does(async (parsed, people, stop) =>
        {
            var key = Find(await people.Keys.ListAsync(null, stop), parsed.GetRequiredValue(prefix).Trim());
            if (!await people.Keys.RevokeAsync(null, key.Id, Actor.CommandLine, stop))
            {
                throw new CommandException(PeopleCommand.Text(KeysTexts.RevokedAlready, key.Prefix));
            }

            Console.WriteLine(PeopleCommand.Text(KeysTexts.RevokedNow, key.Prefix, key.Name));
        });
    }

    private static ApiKey Find(IReadOnlyList<ApiKey> keys, string given)
    {
        // A whole key is welcome too: whoever found one somewhere has nothing else. It is not repeated.
        var shown = given.Length <= Shown ? given : given[..Shown] + "…";
        var matches = given.Length <= KeyRing.Mark.Length ? [] : keys.Where(key => key.Prefix.StartsWith(given, StringComparison.Ordinal) || given.StartsWith(key.Prefix, StringComparison.Ordinal)).ToList();
        // Revoked ones count only where nothing else can be meant.
        matches = matches.Where(key => key.RevokedAt is null).ToList() is { Count: > 0 } alive ? alive : matches;
        return matches switch
        {
            [var one] => one,
            [] => throw new CommandException(PeopleCommand.Text(KeysTexts.NoKey, shown) + UsageErrors.Suggestion(shown, keys.Select(key => key.Prefix)), ExitCodes.Usage),
            _ => throw new CommandException(PeopleCommand.Text(KeysTexts.Ambiguous, matches.Count, shown, string.Join(", ", matches.Select(key => key.Prefix))), ExitCodes.Usage),
        };
    }
}
