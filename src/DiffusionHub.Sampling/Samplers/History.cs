namespace DiffusionHub.Sampling.Samplers;

/// <summary>The last few states that a multistep method remembers, in buffers that go round.</summary>
/// <param name="capacity">How many it remembers.</param>
/// <param name="length">Elements of each.</param>
internal sealed class History(int capacity, int length)
{
    private readonly float[][] buffers = [.. Enumerable.Range(0, capacity).Select(_ => new float[length])];
    private int added;

    /// <summary>How many there are.</summary>
    public int Count => Math.Min(added, capacity);

    /// <summary>The one added <paramref name="back"/> before the last.</summary>
    public float[] this[int back] => buffers[(added - 1 - back) % capacity];

    /// <summary>Takes the oldest buffer for a new entry, to be filled by the caller.</summary>
    public float[] Add() => buffers[added++ % capacity];
}
