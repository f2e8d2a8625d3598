using System.CommandLine;
using System.Globalization;
using DiffusionHub.Data.Settings;

namespace DiffusionHub.Cli.Shell;

/// <summary>Wrong usage, said in one line with the nearest right spelling.</summary>
internal static class UsageErrors
{
    /// <summary>The message for the parser's errors.</summary>
    public static string Message(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is not [var wrong, ..])
        {
            return parsed.Errors[0].Message;
        }

        var known = Known(parsed.CommandResult.Command).ToList();
        return Text(wrong.StartsWith('-') ? ShellTexts.UnknownOption : ShellTexts.UnknownWord, wrong) + Suggestion(wrong, known);
    }

    /// <summary>" Did you mean “x”?", or nothing when no known word is near.</summary>
    public static string Suggestion(string wrong, IEnumerable<string> known)
    {
        var nearest = known.Select(word => (Word: word, Distance: NearestName.Distance(wrong, word)))
            .Where(pair => pair.Distance <= Math.Max(2, wrong.Length / 3))
            .OrderBy(pair => pair.Distance)
            .Select(pair => pair.Word)
            .FirstOrDefault();
        return nearest is null ? "" : " " + Text(ShellTexts.DidYouMean, nearest);
    }

    private static IEnumerable<string> Known(Command command)
    {
        var own = command.Subcommands.Select(c => c.Name).Concat(command.Options.Select(o => o.Name));
        var parents = command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive).Select(option => option.Name);
        return own.Concat(parents);
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
