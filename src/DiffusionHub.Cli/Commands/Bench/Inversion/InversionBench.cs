using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Inversion;
using DiffusionHub.Sampling.Inversion;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Cli.Commands.Bench.Inversion;

/// <summary>Errors of a round trip.</summary>
/// <param name="Steps">Steps of one direction.</param>
/// <param name="Error">Of latents that were inverted and made again: max|a − b| / max(1, max|b|) over both of the pair.</param>
/// <param name="Float32Error">The same where the latents are rounded to float32 after each step.</param>
/// <param name="NoiseError">Of noise of which latents were made and that was found again from them.</param>
/// <param name="Float32NoiseError">The same with rounded latents: each undone mixing step enlarges what was lost.</param>
/// <param name="Seconds">Time of the first.</param>
internal sealed record RoundTrip(int Steps, double Error, double Float32Error, double NoiseError, double Float32NoiseError, double Seconds);

/// <summary>What <c>hub bench inversion --json</c> prints.</summary>
internal sealed record InversionReport(string Model, IReadOnlyList<int> Latents, double Guidance, double Mix, IReadOnlyList<RoundTrip> RoundTrips);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(InversionReport))]
internal sealed partial class InversionBenchJson : JsonSerializerContext;

/// <summary><c>hub bench inversion</c>: what EDICT's round trip loses, with latents in float64 and in float32.</summary>
internal static class InversionBench
{
    private const string Caption = "red apple, fluent style";
    private const double Mix = InversionChoice.PublishedMix;
    private const double UsualGuidance = 3;
    private static readonly int[] Lengths = [10, 20, 50];

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var model = new Option<string?>("--model") { Description = BenchTexts.BenchModel, HelpName = "name|path" };
        var side = NumberOption.Create<int>("--side", BenchTexts.Side);
        var guidance = NumberOption.Create<double>("--guidance", BenchTexts.Guidance);
        var command = new Command("inversion", BenchTexts.Inversion) { model, side, guidance, json };
        command.SetAction((parsed, stop) => Task.Run(
            () => Run(parsed.GetValue(model) ?? "", parsed.GetValue(side), parsed.GetValue(guidance) ?? UsualGuidance, parsed.GetValue(json), stop), stop));
        return command;
    }

    private static int Run(string name, int? side, double guidance, bool json, CancellationToken stop)
    {
        var pipeline = ModelCatalogue.Load(new ModelCatalogue().Find(name));
        using var model = new LatentInversion(pipeline);
        var shape = model.Shape(side);
        var floats = new float[shape.Length];
        new TorchCpuNoise(1).Normal(floats);
        var start = Array.ConvertAll(floats, value => (double)value);
        if (!json)
        {
            Console.WriteLine(Text(BenchTexts.InversionHead, pipeline.Description.Name, $"{shape.Channels}×{shape.Height}×{shape.Width}", guidance, Mix));
        }

        var trips = new List<RoundTrip>();
        foreach (var steps in Lengths)
        {
            var settings = new InversionSettings(steps, Strength: 1, guidance, Mix);
            var started = Stopwatch.GetTimestamp();
            var error = Trip(settings, fromNoise: false, rounded: false);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            trips.Add(new RoundTrip(
                steps, error, Trip(settings, fromNoise: false, rounded: true), Trip(settings, fromNoise: true, rounded: false), Trip(settings, fromNoise: true, rounded: true), Math.Round(seconds, 2)));
            if (!json)
            {
                Console.WriteLine(Text(BenchTexts.InversionLine, steps, trips[^1].Error, trips[^1].Float32Error, trips[^1].NoiseError, trips[^1].Float32NoiseError, seconds));
            }
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new InversionReport(pipeline.Description.Name, [shape.Channels, shape.Height, shape.Width], guidance, Mix, trips), InversionBenchJson.Default.InversionReport));
        }

        return ExitCodes.Done;

        double Trip(InversionSettings settings, bool fromNoise, bool rounded)
        {
            var pair = LatentPair.Twice(start);
            Walk(fromNoise);
            Walk(!fromNoise);
            var largest = Math.Max(1, start.Max(Math.Abs));
            return Enumerable.Range(0, 2).Max(which => pair[which].Zip(start, (a, b) => Math.Abs(a - b)).Max()) / largest;

            void Walk(bool generates)
            {
                if (generates)
                {
                    model.Generate(pair, shape, Caption, settings, AfterStep);
                }
                else
                {
                    model.Invert(pair, shape, Caption, settings, AfterStep);
                }
            }

            void AfterStep(int step, int steps, LatentPair now, ReadOnlySpan<double> clean)
            {
                stop.ThrowIfCancellationRequested();
                if (rounded)
                {
                    Round(now.First);
                    Round(now.Second);
                }
            }
        }

        static void Round(double[] values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)values[i];
            }
        }
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
