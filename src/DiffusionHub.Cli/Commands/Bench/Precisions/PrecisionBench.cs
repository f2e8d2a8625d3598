using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference.Devices;

namespace DiffusionHub.Cli.Commands.Bench.Precisions;

/// <summary><c>hub bench precision</c>: what a lower precision costs in quality and gives in time.</summary>
internal static class PrecisionBench
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var model = new Option<string?>("--model") { Description = BenchTexts.BenchModel, HelpName = "name|path" };
        var side = NumberOption.Create<int>("--side", BenchTexts.Side);
        var precision = PrecisionOption.Create();
        precision.Description = BenchTexts.PrecisionWanted;
        precision.DefaultValueFactory = _ => "int8";
        var command = new Command("precision", BenchTexts.Precision) { model, side, precision, json };
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                var wanted = PrecisionOption.Read(parsed.GetRequiredValue(precision));
                if (wanted == Precision.Float32)
                {
                    throw new CommandException(BenchTexts.PrecisionSame, ExitCodes.Usage);
                }

                var report = new PrecisionTrial(parsed.GetValue(model) ?? "", parsed.GetValue(side), wanted).Run(stop);
                Print(report, parsed.GetValue(json));
                return ExitCodes.Done;
            },
            stop));
        return command;
    }

    private static void Print(PrecisionReport report, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, PrecisionBenchJson.Default.PrecisionReport));
            return;
        }

        Console.WriteLine(Text(BenchTexts.PrecisionHead, report.Model, report.Side, report.Precision, report.Pictures));
        foreach (var f in report.Requests)
        {
            Console.WriteLine(Text(BenchTexts.PrecisionLine, f.Steps, f.Guidance, f.MeanPsnr, f.WorstPsnr, f.FullMs, f.LowMs, f.Ratio));
        }
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
