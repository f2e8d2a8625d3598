namespace DiffusionHub.Sampling.Schedules;

/// <summary>How flow matching's levels are moved towards the noise, more for larger pictures (Esser et al., "Scaling Rectified Flow Transformers", 2024, section 5.3.2).</summary>
public static class FlowShift
{
    /// <summary>σ ← s·σ/(1 + (s − 1)·σ) (equation 23).</summary>
    public static double Static(double sigma, double shift) => shift * sigma / (1 + ((shift - 1) * sigma));

    /// <summary>σ ← e^μ/(e^μ + 1/σ − 1): the static shift by e^μ.</summary>
    public static double Exponential(double sigma, double mu) => Math.Exp(mu) / (Math.Exp(mu) + ((1 / sigma) - 1));

    /// <summary>σ ← μ/(μ + 1/σ − 1): the static shift by μ.</summary>
    public static double Linear(double sigma, double mu) => mu / (mu + ((1 / sigma) - 1));

    /// <summary>μ for a picture of <paramref name="tokens"/> latent patches, on the straight line through the two given points.</summary>
    public static double Mu(int tokens, int baseTokens, int maxTokens, double baseShift, double maxShift)
    {
        var slope = (maxShift - baseShift) / (maxTokens - baseTokens);
        return baseShift + (slope * (tokens - baseTokens));
    }

    /// <summary>Stretches falling σ so that 1 stays and the last becomes <paramref name="terminal"/>.</summary>
    public static void StretchTo(Span<double> sigmas, double terminal)
    {
        var scale = (1 - sigmas[^1]) / (1 - terminal);
        foreach (ref var sigma in sigmas)
        {
            sigma = 1 - ((1 - sigma) / scale);
        }
    }
}
