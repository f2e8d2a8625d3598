namespace DiffusionHub.Sampling.Curves;

/// <summary>Even steps from 0 to 1.</summary>
internal static class Ramp
{
    /// <summary><paramref name="value"/> at <paramref name="count"/> even steps from 0 to 1, both included; a single one is at 0.</summary>
    public static double[] Map(int count, Func<double, double> value)
    {
        var result = new double[count];
        for (var i = 0; i < count; i++)
        {
            result[i] = value(count == 1 ? 0 : (double)i / (count - 1));
        }

        return result;
    }
}
