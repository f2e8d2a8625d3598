using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Cli.Supervision;
using DiffusionHub.Inference.Devices;

namespace DiffusionHub.Cli.Commands.Status;

/// <summary>What <c>hub status --json</c> prints.</summary>
/// <param name="Running">Whether a hub runs on the data folder.</param>
/// <param name="Ready">Whether it can make a picture.</param>
/// <param name="DataFolder">The data folder.</param>
/// <param name="Hub">What the hub says of itself; null when it does not run.</param>
/// <param name="Device">What this machine computes on where nothing else is said.</param>
/// <param name="DeviceFault">Why that is no GPU; null where it is one.</param>
internal sealed record StatusAnswer(bool Running, bool Ready, string DataFolder, HubState? Hub, string Device, string? DeviceFault);

/// <summary><c>hub status</c>: describes the hub of a data folder; ends with 0 whether it runs or not.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", StatusTexts.Description);
        var json = new Option<bool>("--json") { Description = StatusTexts.Json };
        command.Add(json);
        var options = new SettingsOptions(command);
        command.SetAction(async (parsed, stop) =>
        {
            var answer = await AskAsync((await options.ReadAsync(parsed, stop)).Settings.DataFolder, stop);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(answer, StatusJson.Default.StatusAnswer) : Describe(answer));
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<StatusAnswer> AskAsync(string folder, CancellationToken cancellationToken)
    {
        var devices = DeviceReport.OfMachine;
        if (!HubLock.IsTaken(folder) || HubState.Read(folder) is not { } state)
        {
            return new StatusAnswer(false, false, folder, null, devices.Best.Name, devices.Fault);
        }

        using var client = new HttpClient { BaseAddress = new Uri(state.Url), Timeout = TimeSpan.FromSeconds(5) };
        return new StatusAnswer(true, await Readiness.AskAsync(client, cancellationToken), folder, state, devices.Best.Name, devices.Fault);
    }

    private static string Describe(StatusAnswer answer)
    {
        if (answer.Hub is not { } hub)
        {
            return Text(ShellTexts.NoHub, answer.DataFolder) + '\n' + Device(answer);
        }

        List<string> lines =
        [
            Text(StatusTexts.Running, answer.DataFolder, hub.Url, answer.Ready ? StatusTexts.IsReady : StatusTexts.NotReady),
            Text(StatusTexts.Since, hub.Started),
            Text(StatusTexts.Process, "hub", hub.Process),
            .. hub.Processes.OrderBy(child => child.Key, StringComparer.Ordinal).Select(child => Text(StatusTexts.Process, child.Key, child.Value)),
        ];
        if (hub.PostgresPort is { } port)
        {
            lines.Add(Text(StatusTexts.Postgres, "postgres", port));
        }

        lines.Add(Device(answer));
        return string.Join('\n', lines);
    }

    private static string Device(StatusAnswer answer) =>
        answer.DeviceFault is { } fault ? Text(StatusTexts.NoGpu, answer.Device, fault) : Text(StatusTexts.Device, answer.Device);

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(StatusAnswer))]
internal sealed partial class StatusJson : JsonSerializerContext;
