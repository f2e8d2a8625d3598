namespace DiffusionHub.Sampling.Curves;

/// <summary>The beta distribution's quantiles, by bisection on its distribution function.</summary>
internal static class BetaDistribution
{
    /// <summary>The value below which a share <paramref name="share"/> (0 to 1) of the distribution lies; good to 1e-15.</summary>
    public static double Quantile(double share, double a, double b)
    {
        if (share is <= 0 or >= 1)
        {
            return Math.Clamp(share, 0, 1);
        }

        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < 200 && high - low > 1e-16; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Share(middle, a, b) < share ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>The regularised incomplete beta function I_x(a, b) (Abramowitz and Stegun 26.5.8, and 26.5.2 for the other half).</summary>
    public static double Share(double x, double a, double b)
    {
        if (x > (a + 1) / (a + b + 2))
        {
            return 1 - Share(1 - x, b, a);
        }

        var front = Math.Exp((a * Math.Log(x)) + (b * Math.Log(1 - x)) + LogGamma(a + b) - LogGamma(a) - LogGamma(b)) / a;
        return front / Fraction(x, a, b);
    }

    // The continued fraction 1 + d₁/(1 + d₂/(1 + …)) of 26.5.8, from its far end; its terms fall fast where x lies below the mean.
    private static double Fraction(double x, double a, double b)
    {
        var value = 1.0;
        for (var m = 200; m >= 1; m--)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            var odd = -(a + m - 1) * (a + b + m - 1) * x / ((a + (2 * m) - 2) * (a + (2 * m) - 1));
            value = 1 + (odd / (1 + (even / value)));
        }

        return value;
    }

    // Stirling's series after a shift upwards (Abramowitz and Stegun 6.1.41).
    private static double LogGamma(double z)
    {
        var shift = 0.0;
        while (z < 15)
        {
            shift -= Math.Log(z++);
        }

        var square = 1 / (z * z);
        var series = (1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square / 1680)))));
        return shift + ((z - 0.5) * Math.Log(z)) - z + (0.5 * Math.Log(2 * Math.PI)) + (series / z);
    }
}
