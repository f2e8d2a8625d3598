using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace DiffusionHub.Architecture.Tests;

/// <summary>
/// Workers whose clocks are an hour off must do no harm: leases, places, pauses and waits are the database's times alone, and what a process
/// measures itself it measures with a clock that nobody sets.
/// </summary>
public sealed partial class ClockTests
{
    [Theory]
    [InlineData("src/DiffusionHub.Queue")]
    [InlineData("workers")]
    public void Queue_and_workers_read_no_clock_that_can_be_set(string folder)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Solution.Root, folder), "*.cs", SearchOption.AllDirectories).ToList();
        files.ShouldNotBeEmpty();
        files.Where(file => WallClock().IsMatch(File.ReadAllText(file))).ShouldBeEmpty();
    }

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b|\bGetUtcNow\b|\bGetLocalNow\b|\bTickCount", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex WallClock();
}
