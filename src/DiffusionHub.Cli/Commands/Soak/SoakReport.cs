using System.Globalization;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>What a soak found, for people.</summary>
internal static class SoakReport
{
    /// <summary>Each invariant's name and what it says.</summary>
    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["lost"] = SoakTexts.Lost, ["live"] = SoakTexts.Live, ["unasked"] = SoakTexts.Unasked, ["lapsed"] = SoakTexts.Lapsed,
        ["unpublished"] = SoakTexts.Unpublished, ["unkept"] = SoakTexts.Unkept, ["events"] = SoakTexts.Events, ["errors"] = SoakTexts.Errors,
        ["running"] = SoakTexts.Running, ["accounts"] = SoakTexts.Accounts, ["leftovers"] = SoakTexts.Leftovers, ["missing"] = SoakTexts.Missing,
        ["undropped"] = SoakTexts.Undropped, ["unnoted"] = SoakTexts.Unnoted, ["keys"] = SoakTexts.Keys, ["cursor"] = SoakTexts.Cursor, ["surprises"] = SoakTexts.Surprises,
        ["counters"] = SoakTexts.Counters, ["proof"] = SoakTexts.Proof, ["faults"] = SoakTexts.Faults,
    };

    public static string Of(SoakResult result) => string.Join(Environment.NewLine, Lines(result));

    public static string Format(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private static IEnumerable<string> Lines(SoakResult r)
    {
        yield return Format(SoakTexts.Ended, r.Accepted, r.Succeeded, r.Failed, r.Deleted, r.Seconds, r.Accepted / Math.Max(r.Seconds, 0.1));
        yield return Format(SoakTexts.Made, string.Join(", ", r.Faults.Select(fault => Format("{0} {1}", fault.Key, fault.Value))));
        yield return Format(SoakTexts.Met, r.Rescued, r.FencedFinishes, r.OtherRefusals, r.SentAgain, r.Orphans);
        yield return Format(SoakTexts.Said, string.Join(", ", r.Words.OrderBy(word => word.Key, StringComparer.Ordinal).Select(word => Format("{0} {1}", word.Key, word.Value))));
        yield return SoakTexts.Trace;
        foreach (var line in r.Trace)
        {
            yield return "             " + line;
        }

        foreach (var (name, violations) in r.Invariants)
        {
            yield return Format(violations == 0 ? SoakTexts.Holds : SoakTexts.Broken, Meanings[name], violations);
        }

        foreach (var surprise in r.Surprises.Take(20))
        {
            yield return surprise;
        }

        var failed = r.Invariants.Count(invariant => invariant.Violations > 0);
        yield return Format(SoakTexts.Sum, r.Invariants.Count - failed, failed);
    }
}
