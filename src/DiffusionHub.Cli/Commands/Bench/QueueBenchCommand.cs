using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Shell;
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
    // Each needs two connections, of a server's usual hundred or the hub's own 200.
    private const int MostWorkers = 80;
    private static readonly QueueBenchOptions Usual = new();

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var database = new Option<string>("--database") { Description = BenchTexts.QueueDatabase, HelpName = "database" };
        var depth = new Option<int>("--depth") { Description = BenchTexts.QueueDepth, HelpName = "jobs", DefaultValueFactory = _ => Usual.DepthJobs };
        var only = new Option<QueueBenchParts[]>("--only") { Description = BenchTexts.QueueOnly, HelpName = "throughput|latency|late|recovery|idle|dead|depth" };
        var workers = new Option<int>("--workers") { Description = BenchTexts.QueueWorkers, HelpName = "workers", DefaultValueFactory = _ => Usual.Workers };
        var rate = new Option<int>("--rate") { Description = BenchTexts.QueueRate, HelpName = "jobs", DefaultValueFactory = _ => Usual.LatencyRate };
        var command = new Command("queue", BenchTexts.Queue) { json, database, depth, only, workers, rate };
        command.SetAction(async (parsed, stop) =>
        {
            var parts = parsed.GetValue(only) is { Length: > 0 } some ? some.Aggregate((a, b) => a | b) : QueueBenchParts.All;
            var options = Usual with
            {
                Parts = parts, DepthJobs = parsed.GetValue(depth), Workers = Math.Clamp(parsed.GetValue(workers), 1, MostWorkers), LatencyRate = Math.Max(1, parsed.GetValue(rate)),
            };
            var result = parsed.GetValue(database) is { Length: > 0 } given
                ? await GivenAsync(given, options with { Parts = options.Parts & QueueBenchParts.Harmless }, stop)
                : await OwnAsync(options.DepthJobs > 0 ? options : options with { Parts = options.Parts & QueueBenchParts.Harmless }, stop);
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(result, QueueBenchJson.Default.QueueBenchResult)
                : string.Join(Environment.NewLine, Lines(result, options)));
            return ExitCodes.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(QueueBenchResult r, QueueBenchOptions options)
    {
        if (r is { Throughput: { } many, OneByOne: { } singly })
        {
            yield return Format(BenchTexts.QueueThroughput, many.JobsPerSecond, options.Workers, many.CommitsPerJob, many.ServerMilliseconds, many.WalBytes / 1024);
            yield return Format(BenchTexts.QueueSingly, singly.JobsPerSecond, options.Workers, singly.CommitsPerJob, singly.ServerMilliseconds, singly.WalBytes / 1024);
        }

        if (r.Latency is { } latency)
        {
            yield return Format(
                BenchTexts.QueueLatency, latency.Times.P50, latency.Times.P99, latency.Times.Max, latency.Rate, options.Workers, latency.ServerMilliseconds, latency.Submits.P50,
                latency.Submits.P99);
        }

        if (r.RecoverySeconds is { } recovery)
        {
            yield return Format(BenchTexts.QueueRecovery, recovery);
        }

        if (r.LateUsers is { } late)
        {
            yield return Format(BenchTexts.QueueLate, late.ServedWithin, late.ShareOfA, late.ShareOfB, late.ShareOfC);
        }

        if (r.Idle is { } idle)
        {
            yield return Format(BenchTexts.QueueIdle, options.Workers, idle.TransactionsPerSecond, idle.ServerPercent);
        }

        if (r.DeadRows is { } dead)
        {
            yield return Format(BenchTexts.QueueDead, options.DeadRows, dead.P50, dead.P99, dead.Max);
        }

        if (r.Depth is not { } depth)
        {
            yield break;
        }

        (string Text, DepthCase Case)[] rows =
        [
            (BenchTexts.QueueMany, depth.EachOfAnother), (BenchTexts.QueueOnePerson, depth.OnePerson), (BenchTexts.QueueAtLimit, depth.AtLimit),
            (BenchTexts.QueuePaused, depth.Paused), (BenchTexts.QueueUnmanned, depth.Unmanned),
        ];
        foreach (var (text, (few, deep)) in rows)
        {
            yield return Format(
                BenchTexts.QueueDepthLine, Format(text, options.DepthJobs), deep.P50, deep.P99, deep.Max, deep.P50 / few.P50, few.P50);
        }
    }

    private static string Format(string text, params object?[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private static async Task<QueueBenchResult> OwnAsync(QueueBenchOptions options, CancellationToken stop)
    {
        var folder = OwnHub.NewFolder();
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(folder), stop);
            var roles = DatabaseRoles.Of(postgres);
            await roles.MigrateAsync(stop);
            return await RunAsync(roles, options, stop);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<QueueBenchResult> GivenAsync(string database, QueueBenchOptions options, CancellationToken stop)
    {
        await DatabaseServer.CheckAsync(database, stop);
        return await RunAsync(new DatabaseRoles(database, database), options, stop);
    }

    private static async Task<QueueBenchResult> RunAsync(DatabaseRoles database, QueueBenchOptions options, CancellationToken stop)
    {
        await using var dataSource = QueueDatabase.Open(database.Application, "hub bench");
        await using var owner = QueueDatabase.Open(database.Owner, "hub bench, owner");
        return await new QueueBench(dataSource, owner).RunAsync(options, Console.Error.WriteLine, stop);
    }
}
