namespace DiffusionHub.Sampling.Denoisers;

/// <summary>Keeps an estimate of the clean picture within bounds.</summary>
public interface IEstimateLimit
{
    /// <summary>Bounds <paramref name="x0"/>, a whole batch, in place.</summary>
    void Apply(Span<float> x0);
}
