using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Commands.Generate;

/// <summary>What <c>hub generate --json</c> prints.</summary>
internal sealed record GenerateResult(
    IReadOnlyList<string> Files,
    string? Latents,
    string Device,
    string Model,
    string ModelHash,
    string Prompt,
    string? NegativePrompt,
    long Seed,
    int Steps,
    double Guidance,
    double GuidanceRescale,
    string Sampler,
    string? Schedule,
    double Eta,
    string Noise,
    int Width,
    int Height,
    double Seconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(GenerateResult))]
internal sealed partial class GenerateJson : JsonSerializerContext;

/// <summary>The last words of a run.</summary>
internal static class GenerateReport
{
    public static void Print(bool json, OutputFiles files, PictureRequest request, ModelDescription model, PictureBatch batch)
    {
        var seconds = Math.Round(batch.Timings.Total.TotalSeconds, 3);
        if (json)
        {
            var result = new GenerateResult(
                files.Pictures, files.Latents, InferenceRuntime.Device.Name, model.Name, model.Hash, request.Prompt, request.NegativePrompt, request.Seed, request.Steps,
                request.Guidance, request.GuidanceRescale, request.Sampler ?? model.Samplers[0], request.Schedule, request.Eta, request.Noise, batch.Width, batch.Height, seconds);
            Console.WriteLine(JsonSerializer.Serialize(result, GenerateJson.Default.GenerateResult));
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            Console.WriteLine(Text(GenerateTexts.Done, files.Pictures[i], batch.Width, batch.Height, request.Seed + i));
        }

        Console.WriteLine(Text(GenerateTexts.Took, model.Name, request.Steps, SamplerOf(request, model), request.Guidance, seconds));
    }

    private static string SamplerOf(PictureRequest request, ModelDescription model)
    {
        var sampler = request.Sampler ?? model.Samplers[0];
        return request.Schedule is { } schedule ? $"{sampler} {schedule}" : sampler;
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
