namespace DiffusionHub.Pipelines.Stages;

/// <summary>The guidance scale as a vector, for models that had guidance distilled into them (Meng et al. 2023; Luo et al. 2023, section 4.2): the sinusoids of Vaswani et al. 2017.</summary>
internal static class GuidanceEmbedding
{
    private const float Stretch = 1000;
    private const float LongestPeriod = 10000;

    /// <summary>Sines, then cosines, of (scale − 1)·1000.</summary>
    /// <param name="scale">Classifier-free guidance scale.</param>
    /// <param name="width">Length; the last element of an odd one is 0.</param>
    public static float[] Of(double scale, int width)
    {
        // In float32 and in PyTorch's order of operations: the angles are large.
        var number = (float)(scale - 1) * Stretch;
        var half = width / 2;
        var step = MathF.Log(LongestPeriod) / (half - 1);
        var embedding = new float[width];
        for (var i = 0; i < half; i++)
        {
            var angle = number * MathF.Exp(i * -step);
            (embedding[i], embedding[half + i]) = (MathF.Sin(angle), MathF.Cos(angle));
        }

        return embedding;
    }
}
