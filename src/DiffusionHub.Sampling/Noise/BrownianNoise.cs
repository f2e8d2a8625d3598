namespace DiffusionHub.Sampling.Noise;

/// <summary>
/// The noise of stochastic samplers (DPM++ SDE and its multistep kin) as steps along a Brownian motion: the same seed with another
/// number of steps follows the same path, to nearly the same picture. The same way asked for twice gives the same noise.
/// </summary>
public sealed class BrownianNoise : IStepNoise
{
    private readonly BrownianTree[] trees;

    /// <summary>Noise for a batch, of which picture i has seed <paramref name="seed"/> + i, so that it is the same alone or in a batch.</summary>
    /// <param name="seed">Seed of the first picture.</param>
    /// <param name="lowest">Lowest σ/α of the training process.</param>
    /// <param name="highest">Highest σ/α of the training process.</param>
    /// <param name="pictures">Pictures in the batch, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its limits, which the message names.</exception>
    public BrownianNoise(long seed, double lowest, double highest, int pictures = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pictures, 1);
        trees = [.. Enumerable.Range(0, pictures).Select(i => new BrownianTree(unchecked(seed + i), lowest, highest))];
    }

    /// <inheritdoc/>
    public void Fill(double from, double to, Span<float> values)
    {
        var one = values.Length / trees.Length;
        for (var i = 0; i < trees.Length; i++)
        {
            trees[i].Increment(from, to, values.Slice(i * one, one));
        }
    }
}
