using System.IO.Enumeration;

namespace DiffusionHub.Cli.Commands.Verify;

/// <summary>What <c>--only</c> asks for: ids that match any of the patterns, or all where there are none. * stands for any characters, / among them, ? for one.</summary>
/// <param name="patterns">The patterns.</param>
internal sealed class CaseFilter(IReadOnlyList<string> patterns)
{
    private readonly HashSet<string> used = new(StringComparer.Ordinal);

    /// <summary>Patterns that no id has matched so far.</summary>
    public IEnumerable<string> Unused => patterns.Where(pattern => !used.Contains(pattern)).Distinct(StringComparer.Ordinal);

    /// <summary>Whether the case is wanted.</summary>
    public bool Matches(string id)
    {
        var matching = patterns.Where(pattern => FileSystemName.MatchesSimpleExpression(pattern, id, ignoreCase: false)).ToList();
        used.UnionWith(matching);
        return patterns.Count == 0 || matching.Count > 0;
    }

    /// <summary>Whether an id that begins with <paramref name="beginning"/> could be wanted.</summary>
    public bool MayMatch(string beginning) => patterns.Count == 0 || patterns.Any(pattern => MayMatch(pattern, beginning));

    /// <summary>Takes back that nothing matches the patterns for ids with that beginning: nobody knows what ids there are.</summary>
    public void Excuse(string beginning) => used.UnionWith(patterns.Where(pattern => MayMatch(pattern, beginning)));

    private static bool MayMatch(string pattern, string beginning)
    {
        var literal = pattern.IndexOfAny(['*', '?', '\\']) is >= 0 and var end ? pattern[..end] : pattern;
        return literal.StartsWith(beginning, StringComparison.Ordinal) || (literal.Length < pattern.Length && beginning.StartsWith(literal, StringComparison.Ordinal));
    }
}
