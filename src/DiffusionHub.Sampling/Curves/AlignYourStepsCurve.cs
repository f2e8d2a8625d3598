namespace DiffusionHub.Sampling.Curves;

/// <summary>
/// Levels found by optimisation for one model family each: Sabour, Fidler and Kreis, "Align Your Steps: Optimizing Sampling Schedules in
/// Diffusion Models" (2024). The authors publish tables of ten steps; for other numbers of steps they interpolate ln σ on straight
/// lines over the table, its end included. The range is the table's, whatever the training process's is.
/// </summary>
public sealed class AlignYourStepsCurve : ISigmaCurve
{
    // Ten levels to ask the model at, and where the optimisation ended.
    private readonly double[] logs;

    private AlignYourStepsCurve(params double[] table) => logs = [.. table.Select(sigma => Math.Log(sigma))];

    /// <summary>The table for Stable Diffusion 1.5.</summary>
    public static AlignYourStepsCurve StableDiffusion { get; } = new(14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029);

    /// <summary>The table for Stable Diffusion XL.</summary>
    public static AlignYourStepsCurve StableDiffusionXL { get; } = new(14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113, 0.029);

    /// <summary>The table for Stable Video Diffusion, which was trained up to σ = 700.</summary>
    public static AlignYourStepsCurve StableVideoDiffusion { get; } = new(700, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002);

    /// <summary>From the table's first level to one step above its end, which the walk to σ = 0 takes the place of.</summary>
    /// <param name="count">Number of levels.</param>
    /// <param name="highest">Has no influence.</param>
    /// <param name="lowest">Has no influence.</param>
    public double[] Sigmas(int count, double highest, double lowest) => Ramp.Map(count + 1, r => Math.Exp(LogAt(r * (logs.Length - 1))))[..^1];

    private double LogAt(double position)
    {
        var low = Math.Min((int)position, logs.Length - 2);
        return logs[low] + ((logs[low + 1] - logs[low]) * (position - low));
    }
}
