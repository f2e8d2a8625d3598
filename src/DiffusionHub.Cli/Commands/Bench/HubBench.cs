using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Shell;

namespace DiffusionHub.Cli.Commands.Bench;

/// <summary>Milliseconds that half, 95 % and 99 % of the requests stayed below.</summary>
internal sealed record Spread(double P50, double P95, double P99)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return new Spread(At(0.5), At(0.95), At(0.99));

        double At(double share) => Math.Round(sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))], 1);
    }
}

/// <summary>What <c>hub bench hub --json</c> prints: milliseconds and MiB; null what a hub that was not started here does not tell.</summary>
internal sealed record HubReport(
    int Requests, Spread TotalMs, Spread DeviceMs, Spread OverheadMs, int InFlight, double PicturesPerSecond, double? ReadyMs, double? WebIdleMiB, double? WebMiB,
    double? WorkerMiB, string? Load);

/// <summary>One picture as the client saw it, in milliseconds.</summary>
internal sealed record PictureTimes(double Total, double Device);

/// <summary>What <c>hub-client.mjs</c> prints.</summary>
internal sealed record ClientReport(IReadOnlyList<PictureTimes> Alone, double PicturesPerSecond);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(HubReport))]
[JsonSerializable(typeof(ClientReport))]
internal sealed partial class HubBenchJson : JsonSerializerContext;

/// <summary>
/// <c>hub bench hub</c>: one-step pictures from submit to pushed address, through the browser's own client. What the device did not need is the
/// hub's overhead: submit, wake-up, claim, PNG and thumbnail, store, finish, push.
/// </summary>
internal static class HubBench
{
    private const int Warm = 30;
    private const int InFlight = 8;
    private const int DefaultRequests = 100;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var requests = NumberOption.Create<int>("--requests", BenchTexts.Requests);
        requests.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 100_000)
            {
                result.AddError(BenchTexts.RequestsRange);
            }
        });
        var url = new Option<string>("--url") { Description = BenchTexts.Url, HelpName = "url" };
        var model = new Option<string>("--model") { Description = BenchTexts.Model, HelpName = "name", DefaultValueFactory = _ => "sprout" };
        var command = new Command("hub", BenchTexts.Hub) { json, requests, url, model };
        command.SetAction(async (parsed, stop) =>
        {
            var count = parsed.GetValue(requests) ?? DefaultRequests;
            var report = parsed.GetValue(url) is { Length: > 0 } given
                ? Report(await ClientAsync(given.TrimEnd('/'), parsed.GetValue(model)!, count, stop), count)
                : await OwnAsync(parsed.GetValue(model)!, count, stop);
            Print(report, parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<HubReport> OwnAsync(string model, int requests, CancellationToken stop)
    {
        await using var hub = await OwnHub.StartAsync(stop);
        var idle = hub.MemoryOf("web");
        var report = Report(await ClientAsync(hub.Url, model, requests, stop), requests);
        return report with { ReadyMs = Math.Round(hub.ReadyAfter.TotalMilliseconds), WebIdleMiB = idle, WebMiB = hub.MemoryOf("web"), WorkerMiB = hub.MemoryOf("worker-1") };
    }

    private static HubReport Report(ClientReport seen, int requests) => new(
        requests,
        Spread.Of(seen.Alone.Select(p => p.Total)),
        Spread.Of(seen.Alone.Select(p => p.Device)),
        Spread.Of(seen.Alone.Select(p => p.Total - p.Device)),
        InFlight,
        Math.Round(seen.PicturesPerSecond, 2),
        ReadyMs: null,
        WebIdleMiB: null,
        WebMiB: null,
        WorkerMiB: null,
        LoadAverage());

    private static async Task<ClientReport> ClientAsync(string url, string model, int requests, CancellationToken stop)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "hub-client.mjs"), SignalRModule(), url, model, Text("{0}", Warm), Text("{0}", requests), Text("{0}", InFlight)];
        using var node = Start(arguments);
        try
        {
            var said = node.StandardOutput.ReadToEndAsync(stop);
            var complained = node.StandardError.ReadToEndAsync(stop);
            await node.WaitForExitAsync(stop);
            return node.ExitCode == 0
                ? JsonSerializer.Deserialize(await said, HubBenchJson.Default.ClientReport)!
                : throw new CommandException(Text(BenchTexts.ClientFailed, url, Reason(await complained)));
        }
        catch (OperationCanceledException)
        {
            node.Kill();
            throw;
        }
    }

    private static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("node", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CommandException(BenchTexts.NoNode, cause: e);
        }
    }

    private static string SignalRModule()
    {
        var folder = BuildPaths.Find("SignalRModule");
        return Directory.Exists(folder) ? folder : throw new CommandException(Text(BenchTexts.NoSignalR, folder));
    }

    // Node shows the source around a fault; the line that names it is the one to tell.
    private static string Reason(string complaint) =>
        complaint.Split('\n').FirstOrDefault(line => line.Contains("Error", StringComparison.Ordinal))?.Trim() ?? complaint.Trim();

    // Figures of a machine that was busy with something else mean little: say how busy it was.
    private static string? LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : null;

    private static void Print(HubReport report, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, HubBenchJson.Default.HubReport));
            return;
        }

        Console.WriteLine(Text(BenchTexts.HubHead, report.Requests));
        foreach (var (name, spread) in new[] { (BenchTexts.Total, report.TotalMs), (BenchTexts.Device, report.DeviceMs), (BenchTexts.Overhead, report.OverheadMs) })
        {
            Console.WriteLine(Text(BenchTexts.HubLine, name, spread.P50, spread.P95, spread.P99));
        }

        Console.WriteLine(Text(BenchTexts.HubRate, report.InFlight, report.PicturesPerSecond, report.Load ?? "?"));
        if (report.ReadyMs is { } ready)
        {
            Console.WriteLine(Text(BenchTexts.HubFoot, ready / 1000, report.WebIdleMiB!, report.WebMiB!, report.WorkerMiB!));
        }
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
