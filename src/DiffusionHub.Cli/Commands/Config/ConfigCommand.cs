using System.CommandLine;
using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Data.Settings;

namespace DiffusionHub.Cli.Commands.Config;

/// <summary><c>hub config</c>: the settings that <c>hub up</c> would use with the same options.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var command = new Command("config", ConfigTexts.Description);
        var options = new SettingsOptions(command, KnownSettings.All.Where(setting => setting != KnownSettings.Data));
        command.SetAction(async (parsed, stop) =>
        {
            foreach (var setting in (await options.ReadAsync(parsed, stop)).All)
            {
                var value = setting.Value.Length > 0 ? setting.Value : ConfigTexts.NotSet;
                Console.WriteLine(string.Format(CultureInfo.InvariantCulture, ConfigTexts.Line, setting.Setting.Name, value, setting.Origin));
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
