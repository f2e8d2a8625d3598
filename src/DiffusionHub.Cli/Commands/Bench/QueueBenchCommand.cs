using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Migrations;
using DiffusionHub.Postgres;
using DiffusionHub.Queue;
using DiffusionHub.Queue.Bench;

namespace DiffusionHub.Cli.Commands.Bench;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(QueueBenchResult))]
internal sealed partial class QueueBenchJson : JsonSerializerContext;

/// <summary><c>hub bench queue</c>: the queue with workers that do nothing, on a server started for this alone or on a given hub's database.</summary>
internal static class QueueBenchCommand
{
    private const int Depth = 1_000_000;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var database = new Option<string>("--database") { Description = BenchTexts.QueueDatabase, HelpName = "database" };
        var depth = new Option<int>("--depth") { Description = BenchTexts.QueueDepth, HelpName = "jobs", DefaultValueFactory = _ => Depth };
        var command = new Command("queue", BenchTexts.Queue) { json, database, depth };
        command.SetAction(async (parsed, stop) =>
        {
            var options = new QueueBenchOptions(DepthJobs: Math.Max(0, parsed.GetValue(depth)));
            var result = parsed.GetValue(database) is { Length: > 0 } given
                ? await GivenAsync(given, options with { DepthJobs = 0 }, stop)
                : await OwnAsync(options, stop);
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(result, QueueBenchJson.Default.QueueBenchResult)
                : string.Join(Environment.NewLine, Lines(result, options)));
            return ExitCodes.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(QueueBenchResult r, QueueBenchOptions options)
    {
        yield return Format(
            BenchTexts.QueueTable, r.Throughput.JobsPerSecond, r.Throughput.CommitsPerJob, r.Latency.P50, r.Latency.P99, r.Latency.Max,
            r.RecoverySeconds, r.LateUsers.ServedWithin, r.LateUsers.ShareOfA, r.LateUsers.ShareOfB, r.LateUsers.ShareOfC);
        if (r.Depth is not { } depth || r.DeadRows is not { } dead)
        {
            yield break;
        }

        (string Text, DepthCase Case)[] rows =
        [
            (BenchTexts.QueueMany, depth.EachOfAnother), (BenchTexts.QueueOnePerson, depth.OnePerson), (BenchTexts.QueueAtLimit, depth.AtLimit),
            (BenchTexts.QueuePaused, depth.Paused), (BenchTexts.QueueUnmanned, depth.Unmanned),
        ];
        foreach (var (text, (few, many)) in rows)
        {
            yield return Format(
                BenchTexts.QueueDepthLine, Format(text, options.DepthJobs), many.P50, many.P99, many.Max, many.P50 / few.P50, few.P50);
        }

        yield return Format(BenchTexts.QueueDead, options.DeadRows, dead.P50, dead.P99, dead.Max);
    }

    private static string Format(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private static async Task<QueueBenchResult> OwnAsync(QueueBenchOptions options, CancellationToken stop)
    {
        var folder = OwnHub.NewFolder();
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(folder), stop);
            await HubMigrator.MigrateAsync(postgres.ConnectionString, stop);
            return await RunAsync(postgres.ConnectionString, options, stop);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<QueueBenchResult> GivenAsync(string database, QueueBenchOptions options, CancellationToken stop)
    {
        await DatabaseServer.CheckAsync(database, stop);
        return await RunAsync(database, options, stop);
    }

    private static async Task<QueueBenchResult> RunAsync(string database, QueueBenchOptions options, CancellationToken stop)
    {
        await using var dataSource = QueueDatabase.Open(database, "hub bench");
        return await new QueueBench(dataSource).RunAsync(options, Console.Error.WriteLine, stop);
    }
}
