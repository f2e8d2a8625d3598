using System.CommandLine;
using System.Globalization;
using DiffusionHub.Data.Settings;
using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Shell;

/// <summary>The options of a command that stand over <c>hub.json</c> and the variables.</summary>
internal sealed class SettingsOptions
{
    /// <summary>Root's data folder, where a folder in the clone cannot be used.</summary>
    public const string RootDataFolder = "/var/lib/diffusionhub";
    private readonly Dictionary<Setting, Option> options = [];

    /// <summary>Gives <paramref name="command"/> an option for each of <paramref name="settings"/>, and one for the data folder.</summary>
    public SettingsOptions(Command command, params IEnumerable<Setting> settings)
    {
        foreach (var setting in settings.Prepend(KnownSettings.Data))
        {
            // Text even where a number is wanted: one place checks every source alike.
            Option option = setting == KnownSettings.Public
                ? new Option<bool>(setting.Option) { Description = setting.Description }
                : new Option<string>(setting.Option) { Description = setting.Description, HelpName = setting.Name };
            options.Add(setting, option);
            command.Add(option);
        }
    }

    /// <summary>The settings in effect for this command line.</summary>
    /// <exception cref="SettingsException">A value is wrong.</exception>
    public async Task<EffectiveSettings> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var given = options.Where(option => parsed.GetResult(option.Value) is { Implicit: false })
            .ToDictionary(option => option.Key.Name, option => Value(parsed, option.Value), StringComparer.Ordinal);
        var sources = SettingsSources.OfProcess() with { Options = given };
        var effective = SettingsReader.Read(sources);
        var isDefault = effective.All.Single(setting => setting.Setting == KnownSettings.Data).Origin == "default";
        if (!isDefault || effective.Settings.Database is not null || !Environment.IsPrivilegedProcess
            || await EmbeddedPostgres.BlockedByAsync(effective.Settings.DataFolder, cancellationToken) is not { } blocking)
        {
            return effective;
        }

        await Console.Error.WriteLineAsync(string.Format(CultureInfo.InvariantCulture, ShellTexts.RootDataFolder, RootDataFolder, blocking));
        return SettingsReader.Read(sources with { DefaultDataFolder = RootDataFolder });
    }

    private static string Value(ParseResult parsed, Option option) =>
        option is Option<bool> flag ? parsed.GetValue(flag) ? "true" : "false" : parsed.GetValue((Option<string>)option) ?? "";
}
