using System.Text.RegularExpressions;

namespace DiffusionHub.Data.Settings;

/// <summary>One setting: how it is written, read and shown.</summary>
/// <param name="Name">As in <c>hub.json</c>; variable and option follow from it.</param>
/// <param name="Description">What it is for, one sentence.</param>
/// <param name="Rule">What a right value is: the end of “it must be …”.</param>
/// <param name="Apply">The settings with this value, or null when the value is wrong.</param>
/// <param name="Show">The value in effect as text that <paramref name="Apply"/> would take; empty: not set.</param>
public sealed partial record Setting(string Name, string Description, string Rule, Func<HubSettings, string, HubSettings?> Apply, Func<HubSettings, string> Show)
{
    /// <summary>The setting whose value this one sets: itself, unless it is another spelling.</summary>
    public string Shows { get; init; } = Name;

    /// <summary>Never shown as it is.</summary>
    public bool IsSecret { get; init; }

    /// <summary>For the command line alone: web and worker processes neither get it nor take it.</summary>
    public bool StaysHere { get; init; }

    /// <summary>Its environment variable, e.g. <c>HUB_WORKER_THREADS</c>.</summary>
    public string Variable => "HUB_" + Capital().Replace(Name, "_$0").ToUpperInvariant();

    /// <summary>Its command line option, e.g. <c>--worker-threads</c>.</summary>
    public string Option => "--" + Capital().Replace(Name, "-$0").ToLowerInvariant();

    [GeneratedRegex("[A-Z]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Capital();
}
