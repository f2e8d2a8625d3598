using System.Globalization;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>What must be equal for two pictures to run as one batch: their shapes, their steps, and every network that takes part.</summary>
internal static class BatchKey
{
    /// <summary>The key of a request whose defaults are filled in.</summary>
    public static string Of(GenerationRequest r) => string.Create(CultureInfo.InvariantCulture,
        $"{r.Model}|{r.Width}x{r.Height}|{r.Steps}|{r.Sampler}|{r.Schedule}|{r.Eta}|{r.GuidanceRescale}|{(r.Guidance > 1 ? "cfg" : "plain")}{Rest(r)}");

    // Most requests have nothing of it: their keys stay short.
    private static string Rest(GenerationRequest r) => Parts(r) is [_, ..] parts ? "|" + string.Join('|', parts) : "";

    private static List<string> Parts(GenerationRequest r)
    {
        var parts = new List<string>();
        Add("init", r.Init is null ? null : string.Create(CultureInfo.InvariantCulture, $"{r.Strength}"));
        Add("mask", r.Mask is null ? null : "");
        Add("map", r.Map is null ? null : "");
        Add("depth", r.Depth is null ? null : "");
        Add("noise level", r.NoiseLevel?.ToString(CultureInfo.InvariantCulture));
        Add("emphasis", r.Emphasis is true ? "" : null);
        Add("clip skip", r.ClipSkip?.ToString(CultureInfo.InvariantCulture));
        Add("loras", r.Loras is { Count: > 0 } ? Loras(r) : null);
        Add("control", r.Control is null ? null : Control(r));
        Add("vae", r.Vae);
        Add("refiner", r.Refiner is null ? null : string.Create(CultureInfo.InvariantCulture, $"{r.Refiner}@{r.RefinerSwitch}"));
        // Each of them is a way of its own, with its own words.
        Add("inversion", r.Inversion is null ? null : string.Create(CultureInfo.InvariantCulture, $"{r.Init}*{r.Inversion.Mix}*{r.Inversion.Caption}"));
        Add("guide", r.Guide is null ? null : string.Create(CultureInfo.InvariantCulture, $"{r.Guide.Model}*{r.Guide.Target}*{r.Guide.Scale}*{r.Guide.Rounds}*{r.Prompt}"));
        return parts;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                parts.Add(value.Length > 0 ? $"{name}:{value}" : name);
            }
        }
    }

    private static string Loras(GenerationRequest r) =>
        string.Join('+', r.Loras!.Select(lora => string.Create(CultureInfo.InvariantCulture, $"{lora.File}*{lora.Weight}")));

    private static string Control(GenerationRequest r) =>
        string.Create(CultureInfo.InvariantCulture, $"{r.ControlNet}*{r.ControlScale}@{r.ControlStart}-{r.ControlEnd}");
}
