namespace DiffusionHub.Sampling.Schedules;

/// <summary>Square roots as the reference outputs have them.</summary>
/// <remarks>
/// They end with one step of Newton's method in float32, which leaves the last digit to its own rounding. Where a sampler goes from
/// σ = 14 to 0.03 in one step, that digit is the picture's fourth.
/// </remarks>
internal static class FloatRoot
{
    /// <summary>√x of a positive number, within one unit of its last place.</summary>
    public static float Of(float x)
    {
        var root = MathF.Sqrt(x);
        return root + ((x - (root * root)) * (0.5f / root));
    }
}
