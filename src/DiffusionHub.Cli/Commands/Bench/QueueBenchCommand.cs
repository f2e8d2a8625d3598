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
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var database = new Option<string>("--database") { Description = BenchTexts.QueueDatabase, HelpName = "database" };
        var command = new Command("queue", BenchTexts.Queue) { json, database };
        command.SetAction(async (parsed, stop) =>
        {
            var result = parsed.GetValue(database) is { Length: > 0 } given ? await GivenAsync(given, stop) : await OwnAsync(stop);
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(result, QueueBenchJson.Default.QueueBenchResult)
                : string.Format(CultureInfo.InvariantCulture, BenchTexts.QueueTable, result.JobsPerSecond, result.LatencyP50, result.LatencyP99, result.LatencyMax));
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<QueueBenchResult> OwnAsync(CancellationToken stop)
    {
        var folder = OwnHub.NewFolder();
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(folder), stop);
            await HubMigrator.MigrateAsync(postgres.ConnectionString, stop);
            return await RunAsync(postgres.ConnectionString, stop);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<QueueBenchResult> GivenAsync(string database, CancellationToken stop)
    {
        await DatabaseServer.CheckAsync(database, stop);
        return await RunAsync(database, stop);
    }

    private static async Task<QueueBenchResult> RunAsync(string database, CancellationToken stop)
    {
        await using var dataSource = QueueDatabase.Open(database, "hub bench");
        return await new QueueBench(dataSource).RunAsync(new QueueBenchOptions(), stop);
    }
}
