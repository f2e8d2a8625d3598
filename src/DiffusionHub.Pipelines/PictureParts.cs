using System.Globalization;

namespace DiffusionHub.Pipelines;

/// <summary>What beside words, numbers and the model itself went into a picture, by the names that the AUTOMATIC1111 web UI and its extensions write.</summary>
internal static class PictureParts
{
    public static IEnumerable<KeyValuePair<string, string>> Fields(PictureRequest request, ModelDescription model)
    {
        if (request.VaeName is { } vae)
        {
            yield return new("VAE", vae);
        }

        if (model.MaxNoiseLevel is not null)
        {
            // What is shown under noise is not begun with: there is no strength.
            yield return new("Noise level", Number(request.NoiseLevel));
        }
        else if (request.Init is not null && model.UpscaleFactor is null)
        {
            yield return new("Denoising strength", Number(request.Strength));
        }

        if (request.ClassLabel is { } label)
        {
            yield return new("Class", label < model.ClassNames.Count ? $"{Number(label)} {model.ClassNames[label]}" : Number(label));
        }

        if (request.Inversion is { } inversion)
        {
            yield return new("Inversion", $"Caption: {inversion.Caption}, Mix: {Number(inversion.Mix)}");
        }

        if (request.Guide is { } guide)
        {
            yield return new("Guide", $"{guide.Name}{(guide.Target is { } target ? $", Target: {target}" : "")}, Scale: {Number(guide.Scale)}{(guide.Rounds > 0 ? $", Rounds: {Number(guide.Rounds)}" : "")}");
        }

        if (request.ClipSkip > 0)
        {
            // It counts the layer that is read, from the end: 1 leaves none out.
            yield return new("Clip skip", Number(request.ClipSkip + 1));
        }

        if (request.Adapters.Count > 0)
        {
            // There they stand in the prompt; here the prompt stays what was typed.
            yield return new("Loras", string.Join(", ", request.Adapters.Select(adapter => $"{adapter.Name}: {Number(adapter.Weight)}")));
        }

        if (request.Control is { } control)
        {
            yield return new("ControlNet 0", $"Model: {control.Name ?? "own"}, Weight: {Number(control.Scale)}, Guidance Start: {Number(control.Start)}, Guidance End: {Number(control.End)}");
        }

        if (request.Refiner is { } refiner)
        {
            yield return new("Refiner", refiner.Name);
            yield return new("Refiner switch at", Number(refiner.Switch));
        }
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
