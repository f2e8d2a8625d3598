using System.Globalization;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Cli.Commands.Bench.Inference.Torch;

/// <summary>One side's runs of one kind of request: the one in the middle, and the fastest, which other work on the machine disturbed least.</summary>
internal sealed record SideTimes(StageTimes Median, StageTimes Fastest)
{
    public static SideTimes Of(IEnumerable<StageTimes> times)
    {
        // Whole runs: their stages add up to their totals.
        var sorted = times.OrderBy(t => t.TotalMs).Select(t => new StageTimes(Math.Round(t.PromptMs, 2), Math.Round(t.DenoiseMs, 2), Math.Round(t.DecodeMs, 2))).ToList();
        return new SideTimes(sorted[sorted.Count / 2], sorted[0]);
    }
}

/// <summary>One kind of request on both sides, in milliseconds, and how far apart their results are (max|a − b| / max(1, max|b|)).</summary>
internal sealed record TorchFigures(int Steps, int Runs, SideTimes Hub, SideTimes Torch, double LatentError, double PictureError)
{
    /// <summary>Of the medians; above 1 the hub is faster.</summary>
    public double Ratio => Math.Round(Torch.Median.TotalMs / Hub.Median.TotalMs, 2);

    /// <summary>Of the fastest runs.</summary>
    public double FastestRatio => Math.Round(Torch.Fastest.TotalMs / Hub.Fastest.TotalMs, 2);
}

/// <summary>What <c>hub bench inference --torch --json</c> prints.</summary>
internal sealed record TorchReport(string Model, int Side, int Threads, string Runtime, TorchVersion Torch, bool Traced, IReadOnlyList<TorchFigures> Requests);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(TorchReport))]
internal sealed partial class TorchBenchJson : JsonSerializerContext;

/// <summary>
/// One-picture requests on the hub and on PyTorch, by turns, so that what else the machine does falls on both. Prompt, denoising and decoding count;
/// before anything is timed the two must have made the same picture.
/// </summary>
/// <param name="model">A model in diffusers' folders, by name or path.</param>
/// <param name="side">Width and height in pixels; null: the model's own.</param>
/// <param name="runs">Runs of each kind on each side.</param>
internal sealed class TorchBench(string model, int? side, int runs)
{
    private const string Sampler = "DDIM";
    private const double Limit = 1e-4;
    private const int Warm = 2;

    // Threads of either side go on looking for work for some milliseconds after it ended; the other should not pay for that.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(60);

    /// <param name="python">The interpreter, one that has torch.</param>
    /// <param name="traced">PyTorch's graph traced and frozen.</param>
    /// <param name="steps">The numbers of steps to measure.</param>
    /// <param name="stop">Ends it.</param>
    public TorchReport Run(string python, bool traced, IReadOnlyList<int> steps, CancellationToken stop)
    {
        var source = new ModelCatalogue().Find(model);
        using var pipeline = ModelCatalogue.Load(source);
        var tokenizer = ModelCatalogue.Translated(() => ClipTokenizer.Read(source.Folder, "tokenizer"));
        using var torch = new TorchSide(python, source.Path, traced);
        var pixels = side ?? pipeline.Description.DefaultSide;
        var figures = steps.Select(count => Measure(count)).ToList();
        return new TorchReport(pipeline.Description.Name, pixels, InferenceRuntime.Threads, InferenceRuntime.Version, torch.Version, traced, figures);

        TorchFigures Measure(int count)
        {
            var errors = Compare(count);
            var hub = new List<StageTimes>();
            var other = new List<StageTimes>();
            for (var i = 0; i < Warm + runs; i++)
            {
                stop.ThrowIfCancellationRequested();
                // A text that was not there before, so that nothing can be remembered.
                var prompt = $"red apple {count} {i}";
                Thread.Sleep(Rest);
                hub.Add(Times(pipeline.Run(Request(prompt, i, count), cancellation: stop).Timings));
                Thread.Sleep(Rest);
                other.Add(torch.Run(new TorchRequest(tokenizer.Encode(prompt), i, count, pixels, pixels, "")));
            }

            return new TorchFigures(count, runs, SideTimes.Of(hub.Skip(Warm)), SideTimes.Of(other.Skip(Warm)), errors.Latents, errors.Picture);
        }

        (double Latents, double Picture) Compare(int count)
        {
            const string prompt = "red apple, fluent style";
            var folder = Directory.CreateTempSubdirectory("hub-torch-");
            try
            {
                float[] latents = [];
                var ours = pipeline.Run(Request(prompt, 7, count), (in StepProgress step) => latents = step.Latents.ToArray(), stop);
                var files = Path.Combine(folder.FullName, "torch");
                torch.Run(new TorchRequest(tokenizer.Encode(prompt), 7, count, pixels, pixels, files));
                var errors = (Error(latents, NumpyFile.Read(files + "-latents.npy")), Error(ours.Values, NumpyFile.Read(files + "-picture.npy")));
                return errors.Item1 <= Limit && errors.Item2 <= Limit
                    ? errors
                    : throw new CommandException(Text(BenchTexts.TorchDiffers, count, errors.Item1, errors.Item2, Limit), ExitCodes.Failed);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        PictureRequest Request(string prompt, long seed, int count) => new()
        {
            Prompt = prompt,
            Seed = seed,
            Steps = count,
            Guidance = 1,
            Width = pixels,
            Height = pixels,
            Sampler = Sampler,
        };
    }

    private static StageTimes Times(RunTimings timings) =>
        new(timings.Prompt.TotalMilliseconds, timings.Denoise.TotalMilliseconds, timings.Decode.TotalMilliseconds);

    private static double Error(float[] values, float[] expected)
    {
        var (difference, largest) = (0.0, 1.0);
        for (var i = 0; i < expected.Length; i++)
        {
            difference = Math.Max(difference, Math.Abs((double)values[i] - expected[i]));
            largest = Math.Max(largest, Math.Abs((double)expected[i]));
        }

        return difference / largest;
    }

    internal static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
