namespace DiffusionHub.Sampling.Schedulers;

/// <summary>What the flow-matching schedulers share.</summary>
internal static class FlowMatching
{
    /// <summary>
    /// N even σ from 1 to <paramref name="lowest"/>, which is the training process's lowest after its own shift: with a fixed shift the
    /// originals shift twice.
    /// </summary>
    public static double[] Even(int steps, double lowest) => [.. Enumerable.Range(0, steps).Select(i => steps == 1 ? 1 : 1 + ((lowest - 1) * i / (steps - 1)))];
}
