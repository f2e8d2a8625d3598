using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DiffusionHub.Cli.Commands.Bench.Inference.Torch;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference;

namespace DiffusionHub.Cli.Commands.Bench.Inference;

/// <summary><c>hub bench inference</c>: a model's stages, the hub's graphs against an exporter's, and models of published sizes to measure with.</summary>
internal static class InferenceBench
{
    private const int UsualRuns = 15;
    private const int UsualPairs = 50;
    private const int UsualSeconds = 120;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var model = new Option<string?>("--model") { Description = BenchTexts.BenchModel, HelpName = "name|path" };
        var exported = new Option<string?>("--exported") { Description = BenchTexts.Exported, HelpName = "folder" };
        var runs = NumberOption.Create<int>("--runs", BenchTexts.Runs);
        var seconds = NumberOption.Create<int>("--seconds", BenchTexts.Seconds);
        var side = NumberOption.Create<int>("--side", BenchTexts.Side);
        var write = new Option<string?>("--write") { Description = BenchTexts.Write, HelpName = string.Join('|', PublishedModels.Names) };
        var target = new Option<string?>("--to") { Description = BenchTexts.WriteTo, HelpName = "folder" };
        var full = new Option<bool>("--float32") { Description = BenchTexts.Float32 };
        var profile = new Option<string?>("--profile") { Description = BenchTexts.Profile, HelpName = "file" };
        var device = DeviceOption.Create();
        var precision = PrecisionOption.Create();
        var command = new Command("inference", BenchTexts.Inference) { model, side, exported, runs, seconds, write, target, full, profile, device, precision, json };
        var torch = new TorchOptions();
        foreach (var option in torch.All)
        {
            command.Add(option);
        }

        var batches = new BatchOptions();
        batches.AddTo(command);
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                if (parsed.GetValue(write) is { } size)
                {
                    PublishedModels.Write(size, parsed.GetValue(target) ?? size, parsed.GetValue(full));
                    return ExitCodes.Done;
                }

                DeviceOption.Use(DeviceOption.Read(parsed.GetRequiredValue(device)));
                InferenceRuntime.Precision = PrecisionOption.Read(parsed.GetRequiredValue(precision));
                if (torch.Wanted(parsed))
                {
                    torch.Run(parsed, parsed.GetValue(model) ?? "", parsed.GetValue(side), parsed.GetValue(runs) is { } each ? Positive("--runs", each) : null, parsed.GetValue(json), stop);
                    return ExitCodes.Done;
                }

                if (batches.Read(parsed) is { } wanted)
                {
                    return new BatchBench(wanted, Positive("--runs", parsed.GetValue(runs) ?? UsualRuns)).Run(parsed.GetValue(model) ?? "", parsed.GetValue(json), stop);
                }

                return parsed.GetValue(exported) is { } folder
                    ? Pair(new PairedBench(folder, Positive("--runs", parsed.GetValue(runs) ?? UsualPairs), TimeSpan.FromSeconds(Positive("--seconds", parsed.GetValue(seconds) ?? UsualSeconds))), parsed.GetValue(json), stop)
                    : ProfileFile.During(
                        parsed.GetValue(profile),
                        () => StageBench.Run(parsed.GetValue(model) ?? "", Positive("--runs", parsed.GetValue(runs) ?? UsualRuns), parsed.GetValue(side), parsed.GetValue(json), stop));
            },
            stop));
        return command;
    }

    private static int Positive(string option, int value) => value > 0 ? value : throw new CommandException(Text(BenchTexts.NotPositive, option, value), ExitCodes.Usage);

    private static int Pair(PairedBench bench, bool json, CancellationToken stop)
    {
        if (!json)
        {
            Console.WriteLine(Text(BenchTexts.PairHead, PairedBench.LatentSide));
        }

        var report = bench.Run(Tell, stop);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, PairedBenchJson.Default.PairedReport));
        }

        return ExitCodes.Done;

        void Tell(GraphPair pair)
        {
            if (!json)
            {
                Console.WriteLine(Text(BenchTexts.PairLine, pair.Model, pair.Part, pair.Runs, pair.WrittenMs, pair.ExportedMs, pair.Ratio));
            }
        }
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
