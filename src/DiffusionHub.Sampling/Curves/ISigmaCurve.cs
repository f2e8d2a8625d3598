namespace DiffusionHub.Sampling.Curves;

/// <summary>How noise levels are spread between the highest and the lowest, whatever the training timesteps are.</summary>
public interface ISigmaCurve
{
    /// <summary>
    /// <paramref name="count"/> values of σ/α, falling from <paramref name="highest"/> to <paramref name="lowest"/>, both included where
    /// there are two or more; a single one is the highest. Curves that start or end elsewhere say so.
    /// </summary>
    double[] Sigmas(int count, double highest, double lowest);
}
