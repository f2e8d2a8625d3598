using DiffusionHub.Domain.Models;

namespace DiffusionHub.Domain.Requests;

/// <summary>The size of the picture that is made from another one, where nobody says it.</summary>
public static class InitSize
{
    /// <summary>The size nearest to the given one that the model can make: scaled into its limits with its proportions, then rounded down to its multiple.</summary>
    public static (int Width, int Height) Of(int width, int height, ModelCapabilities model)
    {
        if (model.UpscaleFactor is { } factor)
        {
            // Never made smaller to fit: who enlarges wants all of it, and is told what would fit.
            return (width * factor / model.SideMultiple * model.SideMultiple, height * factor / model.SideMultiple * model.SideMultiple);
        }

        var scale = Math.Min(1, (double)model.MaxSide / Math.Max(width, height));
        scale = Math.Max(scale, (double)model.MinSide / Math.Min(width, height));
        return (Side(width * scale, model), Side(height * scale, model));
    }

    // Where the proportions are beyond the limits, the side is clamped: the picture is stretched to it.
    private static int Side(double side, ModelCapabilities model)
    {
        var multiple = model.SideMultiple;
        var least = (model.MinSide + multiple - 1) / multiple * multiple;
        // What should be whole may be a hair below it after the division.
        return Math.Clamp((int)(side + 1e-6) / multiple * multiple, least, Math.Max(least, model.MaxSide / multiple * multiple));
    }
}
