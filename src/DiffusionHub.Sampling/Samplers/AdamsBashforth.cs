namespace DiffusionHub.Sampling.Samplers;

/// <summary>Adams and Bashforth's weights for even steps, latest first (Hairer, Nørsett and Wanner, "Solving Ordinary Differential Equations I", III.1).</summary>
internal static class AdamsBashforth
{
    private static readonly double[][] Weights =
    [
        [1],
        [3.0 / 2, -1.0 / 2],
        [23.0 / 12, -16.0 / 12, 5.0 / 12],
        [55.0 / 24, -59.0 / 24, 37.0 / 24, -9.0 / 24],
    ];

    /// <summary>Most estimates that are weighed.</summary>
    public static int Longest => Weights.Length;

    /// <summary>result = Σ weight·estimate over all that <paramref name="estimates"/> holds.</summary>
    public static void Combine(History estimates, Span<float> result)
    {
        var weights = Weights[estimates.Count - 1];
        Combination.Of(result, weights[0], estimates[0], 0, estimates[0]);
        for (var j = 1; j < weights.Length; j++)
        {
            Combination.Add(result, weights[j], estimates[j]);
        }
    }
}
