using System.CommandLine;
using System.Text.Json;

namespace DiffusionHub.Cli.Commands.Bench.Inference.Torch;

/// <summary>The options of <c>hub bench inference</c> for the measurement beside PyTorch.</summary>
internal sealed class TorchOptions
{
    private const int UsualRuns = 15;
    private const string UsualPython = "/usr/bin/python3";
    private static readonly int[] Both = [1, 4];

    private readonly Option<bool> torch = new("--torch") { Description = BenchTexts.Torch };
    private readonly Option<bool> traced = new("--traced") { Description = BenchTexts.Traced };
    private readonly Option<string?> python = new("--python") { Description = BenchTexts.Python, HelpName = "file" };
    private readonly Option<int[]> steps = new("--steps") { Description = BenchTexts.TorchSteps, HelpName = "number" };

    public IEnumerable<Option> All => [torch, traced, python, steps];

    public bool Wanted(ParseResult parsed) => parsed.GetValue(torch);

    public void Run(ParseResult parsed, string model, int? side, int? runs, bool json, CancellationToken stop)
    {
        var bench = new TorchBench(model, side, runs ?? UsualRuns);
        var report = bench.Run(parsed.GetValue(python) ?? UsualPython, parsed.GetValue(traced), parsed.GetValue(steps) is { Length: > 0 } wanted ? wanted : Both, stop);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, TorchBenchJson.Default.TorchReport));
            return;
        }

        Console.WriteLine(TorchBench.Text(
            BenchTexts.TorchHead, report.Model, report.Side, report.Threads, report.Runtime, report.Torch.Version, report.Torch.Capability, report.Traced ? BenchTexts.TorchTraced : BenchTexts.TorchPlain));
        foreach (var f in report.Requests)
        {
            Line(BenchTexts.TorchHub, f.Hub.Median, "");
            Line(BenchTexts.TorchOther, f.Torch.Median, TorchBench.Text(BenchTexts.TorchRatio, f.Ratio, f.LatentError, f.PictureError));
            Line(BenchTexts.TorchHub, f.Hub.Fastest, BenchTexts.TorchFastest);
            Line(BenchTexts.TorchOther, f.Torch.Fastest, TorchBench.Text(BenchTexts.TorchFastestRatio, f.FastestRatio));

            void Line(string name, StageTimes times, string end) =>
                Console.WriteLine(TorchBench.Text(BenchTexts.TorchLine, f.Steps, name, times.PromptMs, times.DenoiseMs, times.DecodeMs, times.TotalMs, end));
        }
    }
}
