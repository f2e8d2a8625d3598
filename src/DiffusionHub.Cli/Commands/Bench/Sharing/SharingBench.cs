using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference;

namespace DiffusionHub.Cli.Commands.Bench.Sharing;

/// <summary>How one way to run several pictures did.</summary>
/// <param name="Beside">Most at the same time.</param>
/// <param name="Kind"><c>batches</c> or <c>newcomers</c>.</param>
/// <param name="PicturesPerSecond">Throughput.</param>
/// <param name="MeanMs">Mean time from the beginning until a picture is done.</param>
internal sealed record SharingFigures(int Beside, string Kind, double PicturesPerSecond, double MeanMs);

/// <summary>What <c>hub bench sharing --json</c> prints.</summary>
internal sealed record SharingReport(string Model, string Device, int Jobs, int Runs, IReadOnlyList<SharingFigures> Figures);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SharingReport))]
internal sealed partial class SharingBenchJson : JsonSerializerContext;

/// <summary><c>hub bench sharing</c>: what it brings to compute pictures at the same time.</summary>
internal static class SharingBench
{
    private const int UsualJobs = 24;
    private const int UsualRuns = 3;
    private const int MostBeside = 64;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var model = new Option<string?>("--model") { Description = BenchTexts.BenchModel, HelpName = "name|path" };
        var side = NumberOption.Create<int>("--side", BenchTexts.Side);
        var jobs = NumberOption.Create<int>("--jobs", SharingTexts.Jobs);
        var runs = NumberOption.Create<int>("--runs", SharingTexts.Runs);
        var beside = new Option<string?>("--beside") { Description = SharingTexts.Beside, HelpName = "1,2,4,8" };
        var command = new Command("sharing", SharingTexts.Description) { model, side, jobs, beside, runs, json };
        command.SetAction((parsed, stop) => Task.Run(
            () => Run(
                parsed.GetValue(model) ?? "", parsed.GetValue(side), Math.Max(1, parsed.GetValue(jobs) ?? UsualJobs), Numbers(parsed.GetValue(beside) ?? "1,2,4,8"),
                Math.Max(1, parsed.GetValue(runs) ?? UsualRuns), parsed.GetValue(json), stop),
            stop));
        return command;
    }

    private static int[] Numbers(string text)
    {
        var numbers = text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).ToArray();
        return numbers.All(n => n is >= 1 and <= MostBeside)
            ? numbers
            : throw new CommandException(string.Format(CultureInfo.InvariantCulture, SharingTexts.NotNumbers, text), ExitCodes.Usage);
    }

    private static int Run(string name, int? side, int jobs, int[] beside, int runs, bool json, CancellationToken stop)
    {
        using var pipeline = ModelCatalogue.Load(new ModelCatalogue().Find(name));
        var trial = new SharingTrial(pipeline, side, jobs);
        var ways = beside.SelectMany(n => n == 1 ? [(n, Newcomers: false)] : new[] { (n, Newcomers: false), (n, Newcomers: true) }).ToList();
        var samples = ways.ToDictionary(way => way, _ => new List<(double Seconds, double MeanMs)>());
        // One round that does not count.
        for (var round = 0; round <= runs; round++)
        {
            foreach (var way in ways)
            {
                var sample = trial.Run(way.n, way.Newcomers, stop);
                if (round > 0)
                {
                    samples[way].Add(sample);
                }
            }
        }

        var figures = ways.ConvertAll(way => new SharingFigures(
            way.n, way.Newcomers ? "newcomers" : "batches", Math.Round(jobs / samples[way].Select(s => s.Seconds).Median(), 2), Math.Round(samples[way].Select(s => s.MeanMs).Median(), 1)));
        Print(new SharingReport(pipeline.Description.Name, InferenceRuntime.Device.Name, jobs, runs, figures), json);
        return ExitCodes.Done;
    }

    private static void Print(SharingReport report, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, SharingBenchJson.Default.SharingReport));
            return;
        }

        Console.WriteLine(string.Format(CultureInfo.InvariantCulture, SharingTexts.Head, report.Model, report.Device, report.Jobs, report.Runs));
        foreach (var f in report.Figures)
        {
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture, SharingTexts.Line, f.Beside, f.Kind, f.PicturesPerSecond, f.MeanMs));
        }
    }
}
