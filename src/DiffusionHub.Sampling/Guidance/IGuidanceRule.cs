namespace DiffusionHub.Sampling.Guidance;

/// <summary>How two predictions become one.</summary>
public interface IGuidanceRule
{
    /// <summary>Combines the predictions of a batch; all spans have one length.</summary>
    /// <param name="negative">What the network predicts for the negative prompt.</param>
    /// <param name="positive">What it predicts for the prompt.</param>
    /// <param name="scale">The scale w.</param>
    /// <param name="mixed">The result; overlaps with none of the others.</param>
    void Mix(ReadOnlySpan<float> negative, ReadOnlySpan<float> positive, double scale, Span<float> mixed);
}
