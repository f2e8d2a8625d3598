using DiffusionHub.Data.Settings;
using Shouldly;
using Xunit;

namespace DiffusionHub.Architecture.Tests;

/// <summary>docs/operating.md against the code.</summary>
public sealed class OperatingTests
{
    [Fact]
    public void Table_of_settings_is_current()
    {
        const string Head = "| hub.json | variable | option | what it is | it must be |";
        var table = string.Join('\n', KnownSettings.All.Select(LineOf).Prepend("|---|---|---|---|---|").Prepend(Head));
        var page = File.ReadAllText(Path.Combine(Solution.Root, "docs/operating.md"));
        var start = page.IndexOf(Head, StringComparison.Ordinal);
        page[start..page.IndexOf("\n\n", start, StringComparison.Ordinal)].ShouldBe(table, $"The table should be:\n{table}");
    }

    private static string LineOf(Setting setting)
    {
        // The data folder cannot be named in the file that lies in it.
        var file = setting == KnownSettings.Data ? "" : $"`{setting.Name}`";
        return $"| {file} | `{setting.Variable}` | `{setting.Option}` | {setting.Description} | {setting.Rule} |";
    }
}
