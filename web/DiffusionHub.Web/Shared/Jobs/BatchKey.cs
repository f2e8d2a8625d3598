using System.Globalization;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>
/// What must be equal for two pictures to be computed at the same time: their size, and every network that takes part. Steps, samplers, guidance and words may
/// differ, since runs meet at each call of the model, wherever each of them is. A worker that cannot do so runs them one after another.
/// </summary>
internal static class BatchKey
{
    /// <summary>The key of a request whose defaults are filled in.</summary>
    public static string Of(GenerationRequest r) => NeedsModelForItself(r)
        ? $"{r.Model}|alone|{Guid.NewGuid():N}"
        : string.Create(CultureInfo.InvariantCulture, $"{r.Model}|{r.Width}x{r.Height}{Loras(r)}{(r.Vae is { } vae ? $"|vae:{vae}" : "")}");

    // Ways with networks of their own, or with gradients of the model.
    private static bool NeedsModelForItself(GenerationRequest r) =>
        r.Control is not null || r.Refiner is not null || r.Inversion is not null || r.Guide is not null || r.Map is not null || r.Depth is not null || r.NoiseLevel is not null;

    private static string Loras(GenerationRequest r) => r.Loras is { Count: > 0 }
        ? "|loras:" + string.Join('+', r.Loras.Select(lora => string.Create(CultureInfo.InvariantCulture, $"{lora.File}*{lora.Weight}")))
        : "";
}
