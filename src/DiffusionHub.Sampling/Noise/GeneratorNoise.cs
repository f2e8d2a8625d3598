namespace DiffusionHub.Sampling.Noise;

/// <summary>Noise straight from generators, one for each picture of the batch, so that picture i is the same alone or in a batch.</summary>
/// <param name="generators">One for each picture; a single one draws for the whole batch in one call.</param>
public sealed class GeneratorNoise(params IReadOnlyList<INoiseSource> generators) : IStepNoise
{
    /// <inheritdoc/>
    public void Fill(double from, double to, Span<float> values) => Fill(values);

    /// <summary>Fills <paramref name="values"/>, a whole batch.</summary>
    public void Fill(Span<float> values)
    {
        var one = values.Length / generators.Count;
        for (var i = 0; i < generators.Count; i++)
        {
            generators[i].Normal(values.Slice(i * one, one));
        }
    }
}
