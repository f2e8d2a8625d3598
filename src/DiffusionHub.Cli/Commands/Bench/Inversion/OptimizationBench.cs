using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Inversion;

namespace DiffusionHub.Cli.Commands.Bench.Inversion;

/// <summary>What <c>hub bench doodl --json</c> prints. Memory is that of activations: the peak while running above what was there after loading.</summary>
internal sealed record OptimizationReport(
    int Side, int Steps, double Guidance, int Threads, IReadOnlyList<PartFigures> Parts, double TimeRatio, double UnetMemoryRatio, double DecoderMemoryRatio, double RoundMemoryRatio, double WholeMemoryRatio);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(OptimizationReport))]
[JsonSerializable(typeof(PartFigures))]
internal sealed partial class OptimizationBenchJson : JsonSerializerContext;

/// <summary><c>hub bench doodl</c>: what a round of latent optimisation costs beside its forward passes.</summary>
internal static class OptimizationBench
{
    private const int UsualSide = 128;
    private const int UsualSteps = 4;
    private const int UsualRuns = 3;
    private const double UsualGuidance = 3;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var model = new Option<string?>("--model") { Description = BenchTexts.BenchModel, HelpName = "name|path" };
        var side = NumberOption.Create<int>("--side", BenchTexts.Side);
        var steps = NumberOption.Create<int>("--steps", BenchTexts.Steps);
        var guidance = NumberOption.Create<double>("--guidance", BenchTexts.Guidance);
        var runs = NumberOption.Create<int>("--runs", BenchTexts.Runs);
        var part = new Option<OptimizationPart?>("--part") { Description = BenchTexts.DoodlPart };
        var command = new Command("doodl", BenchTexts.Doodl) { model, side, steps, guidance, runs, part, json };
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                var trial = new PartTrial(
                    parsed.GetValue(model) ?? "", parsed.GetValue(side) ?? UsualSide, parsed.GetValue(steps) ?? UsualSteps, parsed.GetValue(guidance) ?? UsualGuidance, parsed.GetValue(runs) ?? UsualRuns);
                if (parsed.GetValue(part) is { } one)
                {
                    Console.WriteLine(JsonSerializer.Serialize(trial.Here(one, stop), OptimizationBenchJson.Default.PartFigures));
                    return ExitCodes.Done;
                }

                return Run(trial, parsed.GetValue(json), stop);
            },
            stop));
        return command;
    }

    private static int Run(PartTrial trial, bool json, CancellationToken stop)
    {
        if (!json)
        {
            Console.WriteLine(Text(BenchTexts.DoodlHead, trial.Model, trial.Side, trial.Steps, trial.Guidance, InferenceRuntime.Threads));
        }

        var figures = new Dictionary<OptimizationPart, PartFigures>();
        foreach (var part in Enum.GetValues<OptimizationPart>())
        {
            var one = figures[part] = trial.Apart(part, stop);
            if (!json)
            {
                Console.WriteLine(Text(BenchTexts.DoodlLine, part, one.Milliseconds, one.LoadedMiB, one.FirstMiB, one.LaterMiB));
            }
        }

        var (forward, round) = (figures[OptimizationPart.Forward], figures[OptimizationPart.Round]);
        var report = new OptimizationReport(
            trial.Side,
            trial.Steps,
            trial.Guidance,
            InferenceRuntime.Threads,
            [.. figures.Values],
            round.Milliseconds / forward.Milliseconds,
            figures[OptimizationPart.UnetGradient].LaterMiB / figures[OptimizationPart.UnetForward].LaterMiB,
            figures[OptimizationPart.DecoderGradient].LaterMiB / figures[OptimizationPart.DecoderForward].LaterMiB,
            round.LaterMiB / forward.LaterMiB,
            (round.LoadedMiB + round.LaterMiB) / (forward.LoadedMiB + forward.LaterMiB));
        Console.WriteLine(json
            ? JsonSerializer.Serialize(report, OptimizationBenchJson.Default.OptimizationReport)
            : Text(BenchTexts.DoodlFoot, report.TimeRatio, report.UnetMemoryRatio, report.DecoderMemoryRatio, report.RoundMemoryRatio, report.WholeMemoryRatio));
        return ExitCodes.Done;
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
