using System.CommandLine;
using System.Globalization;

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
        var nearest = known.Select(word => (Word: word, Distance: Distance(wrong, word)))
            .Where(pair => pair.Distance <= Math.Max(1, wrong.Length / 3))
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

    // Levenshtein's distance, row by row.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
