using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Curves;

/// <summary>
/// Every T/N-th level of the training process from the highest down, rounded towards the higher one: ComfyUI's "simple". It ends about
/// T/N levels above the lowest.
/// </summary>
/// <param name="process">The training process.</param>
public sealed class SimpleCurve(TrainingProcess process) : ISigmaCurve
{
    /// <summary>From the process's highest level down.</summary>
    /// <param name="count">Number of levels N, at most T.</param>
    /// <param name="highest">Has no influence.</param>
    /// <param name="lowest">Has no influence.</param>
    public double[] Sigmas(int count, double highest, double lowest)
    {
        var stride = (double)process.Length / count;
        var result = new double[count];
        for (var i = 0; i < count; i++)
        {
            result[i] = process.Sigmas[^(1 + (int)(i * stride))];
        }

        return result;
    }
}
