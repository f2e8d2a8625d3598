namespace DiffusionHub.Inference.Graphs.Modules;

/// <summary>Numbers as vectors: the sinusoids of Vaswani et al. (2017, section 3.5), then two layers.</summary>
internal static class TimestepEmbedding
{
    private const float LongestPeriod = 10000;

    /// <summary>Sines and cosines of <paramref name="numbers"/> at <paramref name="width"/>/2 frequencies.</summary>
    /// <param name="numbers">(B), float32 whatever the graph calculates with.</param>
    /// <param name="width">Length of a vector.</param>
    /// <param name="cosineFirst">Which half comes first.</param>
    /// <param name="shift">What the number of frequencies is reduced by in the exponent.</param>
    /// <returns>(B, width).</returns>
    public static GraphValue Sinusoids(this GraphValue numbers, int width, bool cosineFirst, float shift)
    {
        // In float32, as PyTorch computes them: at timestep 999 a last digit is visible.
        var frequencies = new float[width / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] = MathF.Exp(-MathF.Log(LongestPeriod) * i / (frequencies.Length - shift));
        }

        var graph = numbers.Graph;
        var angles = graph.Node("Unsqueeze", 1, [numbers.Name, graph.Constant(-1L)]) * graph.ExactConstant(frequencies, frequencies.Length);
        angles = angles with { Width = frequencies.Length };
        var (sine, cosine) = (angles.Of("Sin"), angles.Of("Cos"));
        return (cosineFirst ? cosine.Concat(sine, -1) : sine.Concat(cosine, -1)).AsNumbers();
    }

    /// <summary>Two layers with an activation between them; <paramref name="condition"/> joins before the first.</summary>
    public static GraphValue Embed(this Module m, GraphValue x, long width, GraphValue? condition = null)
    {
        x = condition is { } c ? x + m["cond_proj"].Linear(c, x.Width, bias: false) : x;
        return m["linear_2"].Linear(m["linear_1"].Linear(x, width).Silu(), width);
    }
}
