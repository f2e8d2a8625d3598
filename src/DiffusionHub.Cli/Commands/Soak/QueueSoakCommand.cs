using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Commands.Bench;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Commands.Soak;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SoakResult))]
internal sealed partial class SoakJson : JsonSerializerContext;

/// <summary><c>hub soak queue</c>: the queue under faults, with a PostgreSQL and worker processes of its own.</summary>
internal static class QueueSoakCommand
{
    private const int DefaultWorkers = 4;
    private const int FewestWorkers = 3;

    public static Command Create()
    {
        var jobs = NumberOption.Create<int>("--jobs", SoakTexts.Jobs);
        var kills = NumberOption.Create<int>("--kills", SoakTexts.Kills);
        var freezes = NumberOption.Create<int>("--freezes", SoakTexts.Freezes);
        var crashes = NumberOption.Create<int>("--crashes", SoakTexts.Crashes);
        var workers = NumberOption.Create<int>("--workers", SoakTexts.Workers);
        var seed = NumberOption.Create<int>("--seed", SoakTexts.Seed);
        var seconds = NumberOption.Create<int>("--seconds", SoakTexts.Seconds);
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var command = new Command("queue", SoakTexts.Queue) { jobs, kills, freezes, crashes, workers, seed, seconds, json };
        command.SetAction(async (parsed, stop) =>
        {
            var options = new SoakOptions(
                Number(parsed, jobs, 2_000, 1), Number(parsed, kills, 10, 0), Number(parsed, freezes, 4, 0), Number(parsed, crashes, 2, 0),
                Number(parsed, workers, DefaultWorkers, FewestWorkers), Number(parsed, seed, Random.Shared.Next(), int.MinValue),
                parsed.GetValue(seconds) is null ? null : Number(parsed, seconds, 1, 1));
            await Console.Error.WriteLineAsync(SoakReport.Format(SoakTexts.Begin, options.Seed));
            var result = await RunAsync(options, stop);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(result, SoakJson.Default.SoakResult) : SoakReport.Of(result));
            return result.Invariants.All(invariant => invariant.Violations == 0) ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static int Number(ParseResult parsed, Option<int?> option, int otherwise, int least)
    {
        var value = parsed.GetValue(option) ?? otherwise;
        return value >= least
            ? value
            : throw new CommandException(string.Format(CultureInfo.InvariantCulture, SoakTexts.TooSmall, option.Name, value, least), ExitCodes.Usage);
    }

    private static async Task<SoakResult> RunAsync(SoakOptions options, CancellationToken stop)
    {
        var folder = OwnHub.NewFolder();
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(folder), stop);
            await DatabaseRoles.Of(postgres).MigrateAsync(stop);
            return await new QueueSoak(options, new SoakFolder(folder), postgres).RunAsync(Console.Error.WriteLine, stop);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
