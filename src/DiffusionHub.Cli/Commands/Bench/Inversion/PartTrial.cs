using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Inversion;

namespace DiffusionHub.Cli.Commands.Bench.Inversion;

/// <summary>Time and memory of a part.</summary>
/// <param name="Part">The part.</param>
/// <param name="Milliseconds">The fastest of the runs after the first.</param>
/// <param name="LoadedMiB">Resident memory before the first run.</param>
/// <param name="FirstMiB">How much more it was at most in the first run.</param>
/// <param name="LaterMiB">The same in the runs after it.</param>
internal sealed record PartFigures(OptimizationPart Part, double Milliseconds, double LoadedMiB, double FirstMiB, double LaterMiB);

/// <summary>Runs parts of a round of latent optimisation, each in a process of its own: what one run leaves in memory is not the next one's.</summary>
internal sealed record PartTrial(string Model, int Side, int Steps, double Guidance, int Runs)
{
    private const double Mebibyte = 1024 * 1024;

    /// <summary>Measures in this process.</summary>
    public PartFigures Here(OptimizationPart part, CancellationToken stop)
    {
        using var pipeline = ModelCatalogue.Load(new ModelCatalogue().Find(Model));
        var request = new PictureRequest { Prompt = "red apple, fluent style", Seed = 1, Steps = Steps, Guidance = Guidance, Width = Side, Height = Side };
        using var trial = new OptimizationTrial(pipeline, request, part);
        var loaded = Resident();
        ResetPeak();
        trial.Run(part, stop);
        var first = Peak() - loaded;
        ResetPeak();
        var fastest = double.PositiveInfinity;
        for (var i = 0; i < Runs; i++)
        {
            var started = Stopwatch.GetTimestamp();
            trial.Run(part, stop);
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return new PartFigures(part, Math.Round(fastest, 1), Rounded(loaded), Rounded(first), Rounded(Peak() - loaded));
    }

    /// <summary>Measures in another process.</summary>
    /// <exception cref="CommandException">It failed; the message is its own.</exception>
    public PartFigures Apart(OptimizationPart part, CancellationToken stop)
    {
        string[] host = Path.GetFileName(Environment.ProcessPath) == "dotnet" ? [typeof(PartTrial).Assembly.Location] : [];
        string[] arguments =
        [
            .. host, "bench", "doodl", "--model", Model.Length == 0 ? "sprout" : Model, "--side", Number(Side), "--steps", Number(Steps), "--guidance", Number(Guidance), "--runs", Number(Runs), "--part", part.ToString(),
        ];
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var killer = stop.Register(process.Kill);
        var fault = process.StandardError.ReadToEndAsync(stop);
        var line = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        stop.ThrowIfCancellationRequested();
        return process.ExitCode == ExitCodes.Done
            ? JsonSerializer.Deserialize(line, OptimizationBenchJson.Default.PartFigures)!
            : throw new CommandException(string.Format(CultureInfo.InvariantCulture, BenchTexts.PartFailed, part, fault.Result.Trim()));
    }

    private static double Rounded(double bytes) => Math.Round(bytes / Mebibyte, 1);

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static double Resident() => Status("VmRSS");

    private static double Peak() => Status("VmHWM");

    // See proc_pid_clear_refs(5): 5 makes the peak what is resident now.
    private static void ResetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static double Status(string name) =>
        1024 * double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
}
