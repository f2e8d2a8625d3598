using System.Globalization;
using System.Xml.Linq;

namespace DiffusionHub.Cli.Commands.Test;

/// <summary>How many tests ended how.</summary>
internal sealed record TestCounts(int Passed, int Failed, int Skipped)
{
    public static TestCounts operator +(TestCounts one, TestCounts other) => new(one.Passed + other.Passed, one.Failed + other.Failed, one.Skipped + other.Skipped);
}

/// <summary>What one test assembly told in its result file.</summary>
/// <param name="Counts">How many ended how.</param>
/// <param name="Messages">A message for each failure and each skip.</param>
internal sealed record TestResults(TestCounts Counts, IReadOnlyList<string> Messages)
{
    /// <summary>Reads xunit's own XML format (version 2 and later).</summary>
    public static TestResults Read(string file)
    {
        var document = XDocument.Load(file);
        var tests = document.Descendants("test").ToList();
        var failed = tests.Where(test => Is(test, "Fail")).ToList();
        var skipped = tests.Where(test => Is(test, "Skip")).ToList();
        // Errors are failures outside of a test: a fixture that could not be made or cleaned up.
        var errors = document.Descendants("error").ToList();
        List<string> messages =
        [
            .. failed.Select(test => Text(TestTexts.Failed, (string?)test.Attribute("name"), Failure(test))),
            .. errors.Select(error => Text(TestTexts.Failed, $"{error.Attribute("type")?.Value} {error.Attribute("name")?.Value}", Failure(error))),
            .. skipped.Select(test => Text(TestTexts.Skipped, (string?)test.Attribute("name"), test.Element("reason")?.Value)),
        ];
        return new TestResults(new TestCounts(tests.Count(test => Is(test, "Pass")), failed.Count + errors.Count, skipped.Count), messages);
    }

    private static bool Is(XElement test, string result) => (string?)test.Attribute("result") == result;

    private static string Failure(XElement element) =>
        string.Join('\n', $"{element.Element("failure")?.Element("message")?.Value}\n{element.Element("failure")?.Element("stack-trace")?.Value}"
            .Split('\n').Where(line => !line.Contains("System.Runtime.", StringComparison.Ordinal)).Select(line => "    " + line.TrimEnd()));

    private static string Text(string text, params object?[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
