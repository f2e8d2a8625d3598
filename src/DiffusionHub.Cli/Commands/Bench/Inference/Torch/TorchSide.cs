using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference;

namespace DiffusionHub.Cli.Commands.Bench.Inference.Torch;

/// <summary>What the other side says it is.</summary>
internal sealed record TorchVersion(string Version, int Threads, string Capability);

/// <summary>One picture to make with DDIM and without guidance; <paramref name="Out"/> is the beginning of the names of two files for latents and picture, or "".</summary>
internal sealed record TorchRequest(IReadOnlyList<long> Ids, long Seed, int Steps, int Width, int Height, string Out);

/// <summary>What a picture took, in milliseconds.</summary>
internal sealed record StageTimes(double PromptMs, double DenoiseMs, double DecodeMs)
{
    public double TotalMs => PromptMs + DenoiseMs + DecodeMs;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TorchVersion))]
[JsonSerializable(typeof(TorchRequest))]
[JsonSerializable(typeof(StageTimes))]
internal sealed partial class TorchJson : JsonSerializerContext;

/// <summary>A process that makes pictures with PyTorch (<c>tests/Benchmarks/torch/run.py</c>), a line for each.</summary>
internal sealed class TorchSide : IDisposable
{
    private readonly Process process;
    private volatile string? complaint;

    /// <param name="python">The interpreter, one that has torch.</param>
    /// <param name="model">A diffusers folder.</param>
    /// <param name="traced">Traced and frozen instead of plain.</param>
    /// <exception cref="CommandException">It does not start; the message has its own words.</exception>
    public TorchSide(string python, string model, bool traced)
    {
        var script = Path.Combine(BuildPaths.Find("TorchBenchmark"), "run.py");
        string[] arguments = [script, model, "--threads", InferenceRuntime.Threads.ToString(CultureInfo.InvariantCulture), .. traced ? ["--traced"] : Array.Empty<string>()];
        try
        {
            process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new CommandException(Text(BenchTexts.NoPython, python, fault.Message), ExitCodes.Failed, fault);
        }

        // Read all the time, since a full pipe would stop it; the last line is what went wrong.
        process.ErrorDataReceived += (_, line) => complaint = line.Data is { Length: > 0 } said ? said : complaint;
        process.BeginErrorReadLine();
        Version = Read(TorchJson.Default.TorchVersion);
    }

    public TorchVersion Version { get; }

    public StageTimes Run(TorchRequest request)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(request, TorchJson.Default.TorchRequest));
        process.StandardInput.Flush();
        return Read(TorchJson.Default.StageTimes);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private T Read<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        if (process.StandardOutput.ReadLine() is { } line)
        {
            return JsonSerializer.Deserialize(line, type)!;
        }

        process.WaitForExit();
        throw new CommandException(Text(BenchTexts.TorchFailed, process.StartInfo.FileName, complaint ?? $"exit code {process.ExitCode}"), ExitCodes.Failed);
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
