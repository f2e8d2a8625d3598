using System.CommandLine;
using DiffusionHub.Cli.Shell;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Keys;

namespace DiffusionHub.Cli.Commands.Keys;

/// <summary><c>hub keys create</c>: prints the key alone, so that it can be put into a variable.</summary>
internal static class CreateKey
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal) { ["name"] = "--name", ["scopes"] = "--scope", ["days"] = "--days" };

    public static Command Create()
    {
        var user = new Option<string>("--user") { Description = KeysTexts.User, HelpName = "email", Required = true };
        var name = new Option<string>("--name") { Description = KeysTexts.Name, Required = true };
        var scope = new Option<string[]>("--scope") { Description = KeysTexts.Scope, HelpName = string.Join(',', KeyScopes.All) };
        var days = NumberOption.Create<int>("--days", KeysTexts.Days);
        return new PeopleCommand(new Command("create", KeysTexts.Create) { user, name, scope, days }).Does(async (parsed, people, stop) =>
        {
            var wish = new KeyWish(parsed.GetRequiredValue(name), Scopes(parsed.GetValue(scope)), parsed.GetValue(days));
            var account = await people.FindAsync(parsed.GetRequiredValue(user), stop);
            var (key, errors) = await people.Keys.CreateAsync(account.Id, wish, Actor.CommandLine, stop);
            PeopleCommand.Check(errors, Names);
            Console.WriteLine(key);
        });
    }

    private static string[] Scopes(string[]? given)
    {
        if (given is null or [])
        {
            return [KeyScopes.Generate, KeyScopes.Read];
        }

        string[] words = [.. given.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal)];
        return words.FirstOrDefault(word => !KeyScopes.All.Contains(word)) is { } wrong
            ? throw new CommandException(PeopleCommand.Text(KeysTexts.BadScope, wrong, string.Join(", ", KeyScopes.All)) + UsageErrors.Suggestion(wrong, KeyScopes.All), ExitCodes.Usage)
            : words;
    }
}
