using System.Text.Json.Serialization;
using DiffusionHub.Cli.Models;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Devices;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Commands.Bench.Precisions;

/// <summary>One kind of request: how near the pictures are to those of float32 (peak signal-to-noise ratio in decibels), and median milliseconds a picture.</summary>
internal sealed record PrecisionFigures(int Steps, double Guidance, double MeanPsnr, double WorstPsnr, double FullMs, double LowMs)
{
    /// <summary>Above 1 the lower precision is faster.</summary>
    public double Ratio => Math.Round(FullMs / LowMs, 2);
}

/// <summary>What <c>hub bench precision --json</c> prints.</summary>
internal sealed record PrecisionReport(string Model, int Side, string Precision, int Pictures, IReadOnlyList<PrecisionFigures> Requests);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PrecisionReport))]
internal sealed partial class PrecisionBenchJson : JsonSerializerContext;

/// <summary>The same pictures in float32 and in a lower precision, by turns.</summary>
/// <param name="model">The model, by name or path.</param>
/// <param name="side">Width and height in pixels; null: the model's own.</param>
/// <param name="precision">The lower precision.</param>
internal sealed class PrecisionTrial(string model, int? side, Precision precision)
{
    private static readonly string[] Things = ["red apple", "happy cat", "blue car", "rainbow", "castle", "green tree", "crescent moon", "fish"];
    private static readonly string[] Styles = ["fluent style", "flat style", "noto style", "on white"];

    public PrecisionReport Run(CancellationToken stop)
    {
        var source = new ModelCatalogue().Find(model);
        using var full = At(Precision.Float32, () => ModelCatalogue.Load(source));
        using var low = At(precision, () => ModelCatalogue.Load(source));
        var description = full.Description;
        var pixels = side ?? description.DefaultSide;
        (int Steps, double Guidance)[] kinds = [(1, 1), (4, description.DefaultGuidance)];
        string[] prompts = [.. Things.SelectMany(thing => Styles.Select(style => $"{thing}, {style}"))];
        return new PrecisionReport(description.Name, pixels, precision.ToString(), prompts.Length, [.. kinds.Select(Measure)]);

        PrecisionFigures Measure((int Steps, double Guidance) kind)
        {
            var (times, lowTimes, ratios) = (new List<double>(), new List<double>(), new List<double>());
            for (var i = 0; i < prompts.Length; i++)
            {
                var (before, after) = (Make(Precision.Float32, full, i), Make(precision, low, i));
                times.Add(before.Timings.Total.TotalMilliseconds);
                lowTimes.Add(after.Timings.Total.TotalMilliseconds);
                ratios.Add(Psnr(before.Values, after.Values));
            }

            return new PrecisionFigures(
                kind.Steps, kind.Guidance, Math.Round(ratios.Average(), 1), Math.Round(ratios.Min(), 1), Middle(times), Middle(lowTimes));

            PictureBatch Make(Precision numbers, IPipeline pipeline, int i) => At(numbers, () => pipeline.Run(
                new PictureRequest
                {
                    Prompt = prompts[i],
                    Seed = i,
                    Steps = kind.Steps,
                    Guidance = kind.Guidance,
                    Width = pixels,
                    Height = pixels,
                    Sampler = description.Samplers[0],
                },
                cancellation: stop));
        }
    }

    /// <summary>10·log₁₀(1/mean squared difference) of numbers from 0 to 1.</summary>
    internal static double Psnr(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += Math.Pow((double)a[i] - b[i], 2);
        }

        return 10 * Math.Log10(a.Length / sum);
    }

    // Graphs that a pipeline loads later are written at the precision that holds then.
    private static T At<T>(Precision numbers, Func<T> work)
    {
        var before = InferenceRuntime.Precision;
        InferenceRuntime.Precision = numbers;
        try
        {
            return work();
        }
        finally
        {
            InferenceRuntime.Precision = before;
        }
    }

    private static double Middle(List<double> values) => Math.Round(values.Median(), 2);
}
