namespace DiffusionHub.Pipelines.Evaluation;

/// <summary>The mean absolute slope of a picture's luma: of forward differences, to the right and down, added up; there is none behind the last column and row.</summary>
internal static class Sharpness
{
    // ITU-R BT.601, section 2.5.1.
    private const float Red = 0.299f;
    private const float Green = 0.587f;
    private const float Blue = 0.114f;

    /// <summary>Of a picture.</summary>
    /// <param name="planes">Shape (3, side, side), 0..1.</param>
    /// <param name="side">Its side.</param>
    public static double Of(ReadOnlySpan<float> planes, int side)
    {
        var luma = new float[side * side];
        for (var i = 0; i < luma.Length; i++)
        {
            luma[i] = (Red * planes[i]) + (Green * planes[luma.Length + i]) + (Blue * planes[(2 * luma.Length) + i]);
        }

        double sum = 0;
        for (var i = 0; i < luma.Length; i++)
        {
            sum += (i + 1) % side > 0 ? Math.Abs(luma[i + 1] - luma[i]) : 0;
            sum += i + side < luma.Length ? Math.Abs(luma[i + side] - luma[i]) : 0;
        }

        return sum / luma.Length;
    }
}
