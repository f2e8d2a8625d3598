using System.Diagnostics;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference;

namespace DiffusionHub.Cli.Commands.Bench.Inference;

/// <summary>Medians of one graph as the hub writes it and as another exporter did, in milliseconds.</summary>
internal sealed record GraphPair(string Model, string Part, int Runs, double WrittenMs, double ExportedMs)
{
    /// <summary>Below 1 the hub's own is faster.</summary>
    public double Ratio => Math.Round(WrittenMs / ExportedMs, 3);
}

/// <summary>What <c>hub bench inference --exported --json</c> prints.</summary>
internal sealed record PairedReport(int LatentSide, int Threads, IReadOnlyList<GraphPair> Graphs);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PairedReport))]
internal sealed partial class PairedBenchJson : JsonSerializerContext;

/// <summary>
/// The hub's own graphs against an exporter's, of the same models: <c>models/NAME</c> and <c>models-onnx/NAME</c> of one folder. The two take
/// turns, so that what else the machine does falls on both.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="runs">Most runs of each.</param>
/// <param name="budget">Time for one pair; then fewer runs are made, but three at least.</param>
internal sealed class PairedBench(string folder, int runs, TimeSpan budget)
{
    public const int LatentSide = 128;
    private const int Warm = 2;
    private const int FewestRuns = 3;

    public PairedReport Run(Action<GraphPair> tell, CancellationToken stop)
    {
        var exported = Path.Combine(folder, "models-onnx");
        if (!Directory.Exists(exported))
        {
            throw new CommandException(string.Format(null, BenchTexts.NoExported, exported), ExitCodes.Usage);
        }

        var pairs = new List<GraphPair>();
        foreach (var model in Directory.EnumerateDirectories(exported).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal))
        {
            foreach (var part in GraphParts.Of(Path.Combine(folder, "models", model), Path.Combine(exported, model)))
            {
                pairs.Add(Measure(model, part, stop));
                tell(pairs[^1]);
            }
        }

        return new PairedReport(LatentSide, InferenceRuntime.Threads, pairs);
    }

    private GraphPair Measure(string model, GraphPart part, CancellationToken stop)
    {
        using var written = new GraphTrial(part.Written(), part, LatentSide);
        using var exported = new GraphTrial(part.Exported(), part, LatentSide);
        var times = new List<(double Written, double Exported)>();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Warm + runs && (i < Warm + FewestRuns || Stopwatch.GetElapsedTime(started) < budget); i++)
        {
            stop.ThrowIfCancellationRequested();
            var both = (written.Milliseconds(), exported.Milliseconds());
            if (i >= Warm)
            {
                times.Add(both);
            }
        }

        return new GraphPair(model, part.Name, times.Count, Math.Round(times.Select(t => t.Written).Median(), 2), Math.Round(times.Select(t => t.Exported).Median(), 2));
    }
}
