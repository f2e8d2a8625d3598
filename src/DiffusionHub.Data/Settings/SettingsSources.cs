using System.Collections;

namespace DiffusionHub.Data.Settings;

/// <summary>Where settings come from, besides <c>hub.json</c>.</summary>
/// <param name="Options">Command line options by setting name.</param>
/// <param name="Environment">Environment variables.</param>
/// <param name="DefaultDataFolder">The data folder when none is given.</param>
public sealed record SettingsSources(IReadOnlyDictionary<string, string> Options, IReadOnlyDictionary<string, string> Environment, string DefaultDataFolder)
{
    /// <summary>This process's variables, without options; <c>data/</c> in the clone (or else here) by default.</summary>
    public static SettingsSources OfProcess()
    {
        var variables = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
        var home = variables.TryGetValue("HUB_HOME", out var clone) ? clone : Directory.GetCurrentDirectory();
        return new SettingsSources(new Dictionary<string, string>(), variables, Path.Combine(home, "data"));
    }
}
