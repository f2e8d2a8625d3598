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
    private static string Rest(GenerationRequest r) => r is { Emphasis: null, ClipSkip: null, Init: null, Mask: null, Loras: null, Control: null, Vae: null, Refiner: null }
        ? ""
        : string.Create(CultureInfo.InvariantCulture,
            $"|{r.Task}|{r.Strength}|{r.Emphasis}|{r.ClipSkip}|{Loras(r)}|{Control(r)}|{r.Vae}|{r.Refiner}|{r.RefinerSwitch}");

    private static string Loras(GenerationRequest r) =>
        string.Join('+', (r.Loras ?? []).Select(lora => string.Create(CultureInfo.InvariantCulture, $"{lora.File}*{lora.Weight}")));

    private static string Control(GenerationRequest r) => r.Control is null ? ""
        : string.Create(CultureInfo.InvariantCulture, $"control:{r.ControlNet}*{r.ControlScale}@{r.ControlStart}-{r.ControlEnd}");
}
