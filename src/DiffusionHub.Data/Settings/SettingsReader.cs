using System.Globalization;

namespace DiffusionHub.Data.Settings;

/// <summary>Puts the sources over each other: defaults, <c>hub.json</c>, variables, options.</summary>
public static class SettingsReader
{
    /// <summary>The settings in effect.</summary>
    /// <exception cref="SettingsException">One or more values are wrong; all of them are named.</exception>
    public static EffectiveSettings Read(SettingsSources sources)
    {
        var problems = new List<string>();
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        var settings = new HubSettings { DataFolder = sources.DefaultDataFolder };

        // The folder first: hub.json lies in it.
        Take([KnownSettings.Data], Variables(sources));
        Take([KnownSettings.Data], Options(sources));
        var file = SettingsFile.Read(Path.Combine(settings.DataFolder, "hub.json"), problems);
        var others = KnownSettings.All.Where(setting => setting != KnownSettings.Data).ToList();
        Take(others, setting => file.TryGetValue(setting.Name, out var value) ? (value, "hub.json") : null);
        Take(others, Variables(sources));
        Take(others, Options(sources));

        return problems.Count > 0
            ? throw new SettingsException(problems)
            : new EffectiveSettings(settings, [.. KnownSettings.All.Where(setting => setting.Shows == setting.Name).Select(Effective)]);

        void Take(IReadOnlyList<Setting> wanted, Func<Setting, (string Value, string Origin)?> source)
        {
            if (wanted.Contains(KnownSettings.Public) && source(KnownSettings.Public) is { Value.Length: > 0 } one && source(KnownSettings.Listen) is { Value.Length: > 0 } two)
            {
                problems.Add(string.Format(CultureInfo.InvariantCulture, SettingsTexts.NotBoth, one.Origin == two.Origin ? one.Origin : $"{one.Origin}, {two.Origin}"));
            }

            foreach (var setting in wanted)
            {
                if (source(setting) is not { Value.Length: > 0 } given)
                {
                    continue;
                }

                if (setting.Apply(settings, given.Value) is { } applied)
                {
                    settings = applied;
                    origins[setting.Shows] = given.Origin;
                }
                else
                {
                    var text = setting.IsSecret ? SettingsTexts.SecretWrong : SettingsTexts.Wrong;
                    problems.Add(string.Format(CultureInfo.InvariantCulture, text, setting.Name, given.Value, given.Origin, setting.Rule));
                }
            }
        }

        EffectiveSetting Effective(Setting setting)
        {
            var value = setting.Show(settings);
            return new EffectiveSetting(setting, setting.IsSecret && value.Length > 0 ? ConnectionStrings.Masked(value) : value, origins.GetValueOrDefault(setting.Name, "default"));
        }
    }

    private static Func<Setting, (string, string)?> Variables(SettingsSources sources) =>
        setting => sources.Environment.TryGetValue(setting.Variable, out var value) ? (value, setting.Variable) : null;

    private static Func<Setting, (string, string)?> Options(SettingsSources sources) =>
        setting => sources.Options.TryGetValue(setting.Name, out var value) ? (value, setting.Option) : null;
}
