using System.Globalization;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Commands.Samplers;

/// <summary>One strip of pictures a sampler, one picture a step count: how each of them gets there.</summary>
internal static class SamplerGrid
{
    // Beyond that a strip is no picture any more.
    private const int MostSteps = 1000;
    private const int Quality = 82;

    public static int Draw(SamplerGridRequest wanted, CancellationToken stop)
    {
        if (wanted.Steps.Count == 0 || wanted.Steps.Any(n => n is < 1 or > MostSteps))
        {
            throw new CommandException(string.Format(CultureInfo.InvariantCulture, SamplersTexts.NoSteps, MostSteps), ExitCodes.Usage);
        }

        Directory.CreateDirectory(wanted.Folder);
        using var pipeline = ModelCatalogue.Load(new ModelCatalogue().Find(wanted.Model));
        foreach (var sampler in pipeline.Description.Samplers)
        {
            var path = Path.Combine(wanted.Folder, FileName(sampler));
            File.WriteAllBytes(path, ImageCodec.WebP(Strip(pipeline, sampler, wanted, stop), Quality));
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture, SamplersTexts.Drawn, sampler, path));
        }

        return ExitCodes.Done;
    }

    /// <summary>"DPM++ 2S a" → dpmpp-2s-a.webp.</summary>
    public static string FileName(string sampler) =>
        sampler.Replace("++", "pp", StringComparison.Ordinal).Replace(' ', '-').ToLowerInvariant() + ".webp";

    private static RgbImage Strip(IPipeline pipeline, string sampler, SamplerGridRequest wanted, CancellationToken stop) =>
        ContactSheet.Of([.. wanted.Steps.Select(steps => Picture(pipeline, sampler, wanted, steps, stop))], wanted.Steps.Count);

    private static RgbImage Picture(IPipeline pipeline, string sampler, SamplerGridRequest wanted, int steps, CancellationToken stop)
    {
        var description = pipeline.Description;
        return pipeline.Run(
            new PictureRequest
            {
                Prompt = wanted.Prompt,
                Seed = wanted.Seed,
                Steps = Math.Min(steps, description.SamplerMaxSteps.GetValueOrDefault(sampler, steps)),
                Guidance = description.DefaultGuidance,
                Width = description.DefaultSide,
                Height = description.DefaultSide,
                Sampler = sampler,
            },
            cancellation: stop).Image(0);
    }
}
