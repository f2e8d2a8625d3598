using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Cli.Commands.Bench.Residency;

/// <summary>The process after some switches.</summary>
internal sealed record ResidencyFigures(int Switches, double ResidentMiB, double MillisecondsEach);

/// <summary>What <c>hub bench residency --json</c> prints.</summary>
internal sealed record ResidencyReport(IReadOnlyList<string> Models, IReadOnlyList<ResidencyFigures> Figures);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ResidencyReport))]
internal sealed partial class ResidencyBenchJson : JsonSerializerContext;

/// <summary><c>hub bench residency</c>: whether a worker that changes its model for ever stays as large as it is.</summary>
internal static class ResidencyBench
{
    private const int UsualSwitches = 100;
    private const int Every = 10;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var models = new Option<string?>("--models") { Description = ResidencyTexts.Models, HelpName = "a,b,c" };
        var switches = NumberOption.Create<int>("--switches", ResidencyTexts.Switches);
        var command = new Command("residency", ResidencyTexts.Description) { models, switches, json };
        command.SetAction((parsed, stop) => Task.Run(
            () => Run(parsed.GetValue(models) ?? "sprout,sprout,sprout", Math.Max(1, parsed.GetValue(switches) ?? UsualSwitches), parsed.GetValue(json), stop), stop));
        return command;
    }

    private static int Run(string names, int switches, bool json, CancellationToken stop)
    {
        var catalogue = new ModelCatalogue();
        List<ModelSource> sources = [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(catalogue.Find)];
        var figures = new List<ResidencyFigures>();
        var started = Stopwatch.GetTimestamp();
        for (var i = 1; i <= switches; i++)
        {
            using (var pipeline = ModelCatalogue.Load(sources[i % sources.Count]))
            {
                pipeline.Run(Request(pipeline.Description, i), cancellation: stop);
            }

            if (i % Every == 0)
            {
                figures.Add(new ResidencyFigures(i, Math.Round(Environment.WorkingSet / 1048576.0, 1), Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds / Every, 1)));
                started = Stopwatch.GetTimestamp();
                Tell(figures[^1], json);
            }
        }

        Finish(new ResidencyReport([.. sources.Select(source => source.Name)], figures), json);
        return ExitCodes.Done;
    }

    private static PictureRequest Request(ModelDescription model, int seed) => new()
    {
        Prompt = "", Seed = seed, Steps = 1, Guidance = 1, Width = model.DefaultSide, Height = model.DefaultSide, Sampler = model.Samplers[0],
    };

    private static void Tell(ResidencyFigures f, bool json)
    {
        if (!json)
        {
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture, ResidencyTexts.Line, f.Switches, f.ResidentMiB, f.MillisecondsEach));
        }
    }

    private static void Finish(ResidencyReport report, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, ResidencyBenchJson.Default.ResidencyReport));
        }
        else if (report.Figures is [var first, .., var last])
        {
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture, ResidencyTexts.Foot, last.Switches, 100 * last.ResidentMiB / first.ResidentMiB, first.Switches));
        }
    }
}
