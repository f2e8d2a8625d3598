using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Devices;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Commands.Bench.Inference;

/// <summary>Medians of one size, in milliseconds for the whole batch; the first run of a size is apart, since it chooses kernels and takes memory.</summary>
internal sealed record BatchFigures(int Side, int Batch, double PromptMs, double DenoiseMs, double DecodeMs, double TotalMs, double FastestMs, double FirstMs, double PicturesPerSecond);

/// <summary>What <c>hub bench inference --batches … --json</c> prints.</summary>
internal sealed record BatchReport(string Model, string Device, Precision Precision, bool Replay, int Threads, int Runs, double LoadMs, IReadOnlyList<BatchFigures> Sizes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(BatchReport))]
internal sealed partial class BatchBenchJson : JsonSerializerContext;

/// <summary>One-step pictures of several sizes and numbers at once, on the process's device.</summary>
/// <param name="plan">The sizes.</param>
/// <param name="runs">Runs of each, after some that do not count.</param>
internal sealed class BatchBench(BatchPlan plan, int runs)
{
    // A recording is made by the second run, and replayed from the third on.
    private const int Warm = 4;

    public int Run(string model, bool json, CancellationToken stop)
    {
        var folder = new ModelCatalogue().Find(model);
        var started = Stopwatch.GetTimestamp();
        using var pipeline = ModelCatalogue.Load(folder);
        var load = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var sizes = new List<BatchFigures>();
        if (!json)
        {
            Console.WriteLine(Text(
                BenchTexts.BatchHead, pipeline.Description.Name, InferenceRuntime.Device, InferenceRuntime.Precision, plan.Replay ? BenchTexts.Replayed : "", runs));
        }

        foreach (var (side, batch) in plan.Sides.SelectMany(side => plan.Batches.Select(batch => (side, batch))))
        {
            sizes.Add(ModelCatalogue.Translated(() => Measure(pipeline, side, batch, stop)));
            if (!json)
            {
                var f = sizes[^1];
                Console.WriteLine(Text(BenchTexts.BatchLine, f.Side, f.Batch, f.PromptMs, f.DenoiseMs, f.DecodeMs, f.TotalMs, f.PicturesPerSecond));
            }
        }

        if (json)
        {
            var report = new BatchReport(
                pipeline.Description.Name, InferenceRuntime.Device.Name, InferenceRuntime.Precision, plan.Replay, InferenceRuntime.Threads, runs, Math.Round(load, 1), sizes);
            Console.WriteLine(JsonSerializer.Serialize(report, BatchBenchJson.Default.BatchReport));
        }

        return ExitCodes.Done;
    }

    private BatchFigures Measure(IPipeline pipeline, int side, int batch, CancellationToken stop)
    {
        var samples = new List<RunTimings>();
        for (var i = 0; i < Warm + runs; i++)
        {
            samples.Add(pipeline.Run(Request(pipeline.Description, side, batch, i), cancellation: stop).Timings);
        }

        var counted = samples.Skip(Warm).ToList();
        var total = Middle(counted.Select(t => t.Total));
        return new BatchFigures(
            side,
            batch,
            Middle(counted.Select(t => t.Prompt)),
            Middle(counted.Select(t => t.Denoise)),
            Middle(counted.Select(t => t.Decode)),
            total,
            Math.Round(counted.Min(t => t.Total.TotalMilliseconds), 2),
            Math.Round(samples[0].Total.TotalMilliseconds, 1),
            Math.Round(1000 * batch / total, 1));
    }

    private static PictureRequest Request(ModelDescription model, int side, int batch, int seed) => new()
    {
        Prompt = "red apple, fluent style",
        Seed = seed,
        Count = batch,
        Steps = 1,
        Guidance = 1,
        Width = side,
        Height = side,
        Sampler = model.Samplers[0],
    };

    private static double Middle(IEnumerable<TimeSpan> times) => Math.Round(times.Select(time => time.TotalMilliseconds).Median(), 2);

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
