using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedulers;

namespace DiffusionHub.Cli.Commands.Bench;

/// <summary>A sampler's own work.</summary>
/// <param name="Name">Its name for people.</param>
/// <param name="StepMs">Milliseconds a step, the model's calls and the noise left out.</param>
/// <param name="StepBytes">Bytes allocated a step.</param>
internal sealed record SamplerFigures(string Name, double StepMs, double StepBytes);

/// <summary>The price of one draw of normal numbers for the whole latent.</summary>
internal sealed record NoiseFigures(string Name, double DrawMs);

/// <summary>What <c>hub bench samplers --json</c> prints.</summary>
internal sealed record SamplersReport(int Elements, int Steps, int Runs, IReadOnlyList<SamplerFigures> Samplers, IReadOnlyList<NoiseFigures> Noises);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SamplersReport))]
internal sealed partial class SamplersBenchJson : JsonSerializerContext;

/// <summary><c>hub bench samplers</c>: what the samplers themselves cost beside the model, and the noise.</summary>
internal static class SamplersBench
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var command = new Command("samplers", BenchTexts.Samplers) { json };
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed.GetValue(json), stop), stop));
        return command;
    }

    private static int Run(bool json, CancellationToken stop)
    {
        var timing = new SamplerTiming(stop);
        // Stable Diffusion's range.
        var brownian = new BrownianNoise(1, 0.0292, 14.6146);
        var report = new SamplersReport(
            SamplerTiming.Elements,
            SamplerTiming.Steps,
            SamplerTiming.Runs,
            [.. KnownSamplers.All.Select(timing.Measure)],
            [
                timing.Measure("CPU", new GeneratorNoise(new TorchCpuNoise(1))),
                timing.Measure("NV", new GeneratorNoise(new PhiloxNoise(1))),
                timing.Measure("Brownian", brownian),
            ]);
        Print(report, json);
        return ExitCodes.Done;
    }

    private static void Print(SamplersReport report, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, SamplersBenchJson.Default.SamplersReport));
            return;
        }

        Console.WriteLine(Text(BenchTexts.SamplersHead, report.Elements, report.Steps, report.Runs));
        foreach (var figures in report.Samplers)
        {
            Console.WriteLine(Text(BenchTexts.SamplersLine, figures.Name, figures.StepMs, figures.StepBytes));
        }

        Console.WriteLine(Text(BenchTexts.NoiseHead, report.Elements));
        foreach (var figures in report.Noises)
        {
            Console.WriteLine(Text(BenchTexts.NoiseLine, figures.Name, figures.DrawMs));
        }
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
