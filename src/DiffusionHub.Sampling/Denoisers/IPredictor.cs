namespace DiffusionHub.Sampling.Denoisers;

/// <summary>A trained network as it is: takes a noisy input of variance about 1 and a timestep, gives what it was trained to give (ε, v or x₀).</summary>
public interface IPredictor
{
    /// <summary>One evaluation. Both spans hold whole batches of the same length; they do not overlap.</summary>
    void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output);
}
