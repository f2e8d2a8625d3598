using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Imaging;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Commands.Bench.Inference;

/// <summary>Medians of one kind of request, in milliseconds.</summary>
internal sealed record InferenceFigures(int Steps, double Guidance, double PromptMs, double DenoiseMs, double DecodeMs, double PngMs, double TotalMs);

/// <summary>What <c>hub bench inference --json</c> prints.</summary>
internal sealed record InferenceReport(
    string Model, string Device, int Threads, int Runs, double LoadMs, IReadOnlyList<InferenceFigures> Requests, double RepeatedPromptMs, double PreviewMs, double Png512Ms, double ResidentMiB);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(InferenceReport))]
internal sealed partial class InferenceBenchJson : JsonSerializerContext;

/// <summary>One picture with a warm model, stage by stage.</summary>
internal static class StageBench
{
    private const int MostWarm = 3;

    /// <summary>Measures.</summary>
    /// <param name="model">Name or path.</param>
    /// <param name="runs">Runs of each kind, after some that do not count.</param>
    /// <param name="side">Width and height in pixels; null: the model's own.</param>
    /// <param name="json">Print JSON.</param>
    /// <param name="stop">Ends it.</param>
    public static int Run(string model, int runs, int? side, bool json, CancellationToken stop)
    {
        var warm = Math.Min(MostWarm, runs);
        var folder = new ModelCatalogue().Find(model);
        var started = Stopwatch.GetTimestamp();
        using var pipeline = ModelCatalogue.Load(folder);
        var load = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        (int Steps, double Guidance)[] kinds = [(1, 1), (4, 1), (4, pipeline.Description.DefaultGuidance)];
        var figures = kinds.Select(kind => Measure(pipeline, side, kind, warm, runs, stop)).ToList();
        var repeated = Median(warm + runs, _ => pipeline.Run(Request(pipeline.Description, side, (1, pipeline.Description.DefaultGuidance), 0), cancellation: stop).Timings.Prompt.TotalMilliseconds);
        var preview = Median(warm + runs, _ => PreviewMilliseconds(pipeline, side));
        var large = new RgbImage(512, 512, Photo(512));
        var png = Median(runs, _ => Milliseconds(() => ImageCodec.Png(large)));
        using var process = Process.GetCurrentProcess();
        var report = new InferenceReport(
            pipeline.Description.Name, InferenceRuntime.Device.Name, InferenceRuntime.Threads, runs, Math.Round(load, 1), figures, repeated, preview, png, Math.Round(process.WorkingSet64 / 1048576.0, 1));
        Print(report, json);
        return ExitCodes.Done;
    }

    private static InferenceFigures Measure(IPipeline pipeline, int? side, (int Steps, double Guidance) kind, int warm, int runs, CancellationToken stop)
    {
        var samples = new List<(RunTimings Timings, double Png)>();
        for (var i = 0; i < warm + runs; i++)
        {
            var request = Request(pipeline.Description, side, kind, i);
            var batch = pipeline.Run(request, cancellation: stop);
            var png = Milliseconds(() => PictureFile.Png(batch, 0, request, pipeline.Description));
            if (i >= warm)
            {
                samples.Add((batch.Timings, png));
            }
        }

        return new InferenceFigures(
            kind.Steps,
            kind.Guidance,
            Middle(samples.Select(s => s.Timings.Prompt.TotalMilliseconds)),
            Middle(samples.Select(s => s.Timings.Denoise.TotalMilliseconds)),
            Middle(samples.Select(s => s.Timings.Decode.TotalMilliseconds)),
            Middle(samples.Select(s => s.Png)),
            Middle(samples.Select(s => s.Timings.Total.TotalMilliseconds + s.Png)));
    }

    private static double PreviewMilliseconds(IPipeline pipeline, int? side)
    {
        var time = 0.0;
        pipeline.Run(Request(pipeline.Description, side, (1, 1), 0), (in StepProgress step) =>
        {
            var start = Stopwatch.GetTimestamp();
            ImageCodec.WebP(step.Preview(0));
            time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        });
        return time;
    }

    private static PictureRequest Request(ModelDescription model, int? side, (int Steps, double Guidance) kind, int seed) => new()
    {
        // Another text each time: a repeated one is not encoded again.
        Prompt = FormattableString.Invariant($"red apple {seed} {kind.Steps} {kind.Guidance}, fluent style"),
        Seed = seed,
        Steps = kind.Steps,
        Guidance = kind.Guidance,
        Width = side ?? model.DefaultSide,
        Height = side ?? model.DefaultSide,
        Sampler = model.Samplers[0],
    };

    // Soft shapes with some grain, as photographs and paintings have.
    private static byte[] Photo(int side)
    {
        var random = new Random(1);
        var pixels = new byte[side * side * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i / 3 % side, i / 3 / side);
            pixels[i] = (byte)(128 + (90 * Math.Sin((x + (i % 3 * 40)) / 37.0) * Math.Cos(y / 53.0)) + random.Next(-6, 7));
        }

        return pixels;
    }

    private static double Milliseconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(int runs, Func<int, double> measure) => Middle(Enumerable.Range(0, runs).Select(measure));

    private static double Middle(IEnumerable<double> values) => Math.Round(values.Median(), 2);

    private static void Print(InferenceReport report, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, InferenceBenchJson.Default.InferenceReport));
            return;
        }

        Console.WriteLine(Text(BenchTexts.InferenceHead, report.Model, report.Threads, report.Runs));
        foreach (var f in report.Requests)
        {
            Console.WriteLine(Text(BenchTexts.InferenceLine, f.Steps, f.Guidance, f.PromptMs, f.DenoiseMs, f.DecodeMs, f.PngMs, f.TotalMs));
        }

        Console.WriteLine(Text(BenchTexts.InferenceFoot, report.RepeatedPromptMs, report.PreviewMs, report.Png512Ms, report.LoadMs, report.ResidentMiB));
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
