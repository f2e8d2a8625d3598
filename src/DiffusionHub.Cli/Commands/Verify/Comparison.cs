using System.Globalization;
using System.Numerics;

namespace DiffusionHub.Cli.Commands.Verify;

/// <summary>How far one part of a case's outcome is from the reference.</summary>
/// <param name="Part">What was compared.</param>
/// <param name="Error">max|a − b| / max(1, max|b|), b being the reference; the number of differences where only equality will do.</param>
/// <param name="Limit">Largest error that passes.</param>
/// <param name="Detail">More on what is wrong, or null.</param>
internal sealed record Finding(string Part, double Error, double Limit, string? Detail = null)
{
    // Not "above the limit", so that NaN fails.
    public bool Passed => Error <= Limit;

    /// <summary>The error in units of its limit, for parts that are measured by different ones.</summary>
    public double Share => Error == 0 ? 0 : double.IsNaN(Error) ? double.PositiveInfinity : Error / Limit;
}

/// <summary>Compares a case's outcome with the reference, part by part, and keeps the worst.</summary>
/// <param name="limit">Replaces the case's own limits.</param>
internal sealed class Comparison(double? limit)
{
    /// <summary>What no part's own limit is below: shorter numbers than the reference's cannot be nearer.</summary>
    public double LeastLimit { get; set; }

    /// <summary>The part that is farthest off; null before the first.</summary>
    public Finding? Worst { get; private set; }

    /// <summary>Compares numbers one by one.</summary>
    public void Numbers<T>(string part, ReadOnlySpan<T> actual, ReadOnlySpan<T> expected, double ownLimit)
        where T : INumber<T>
    {
        if (actual.Length != expected.Length)
        {
            Add(part, double.PositiveInfinity, ownLimit, Text(VerifyTexts.OtherLength, actual.Length, expected.Length));
            return;
        }

        double difference = 0, largest = 1;
        for (var i = 0; i < actual.Length; i++)
        {
            var (a, b) = (double.CreateChecked(actual[i]), double.CreateChecked(expected[i]));
            difference = Math.Max(difference, Math.Abs(a - b));
            largest = Math.Max(largest, Math.Abs(b));
        }

        Add(part, difference / largest, Math.Max(ownLimit, LeastLimit));
    }

    /// <summary>Compares one number.</summary>
    public void Number(string part, double actual, double expected, double ownLimit) => Numbers(part, [actual], [expected], ownLimit);

    /// <summary>Compares what must be equal.</summary>
    public void Exact(string part, ReadOnlySpan<long> actual, ReadOnlySpan<long> expected)
    {
        var different = Math.Abs(actual.Length - expected.Length);
        string? detail = different == 0 ? null : Text(VerifyTexts.OtherLength, actual.Length, expected.Length);
        for (var i = 0; i < Math.Min(actual.Length, expected.Length); i++)
        {
            if (actual[i] != expected[i])
            {
                different++;
                detail ??= Text(VerifyTexts.NotEqual, i, actual[i], expected[i]);
            }
        }

        Add(part, different, 0, detail);
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private void Add(string part, double error, double ownLimit, string? detail = null)
    {
        var finding = new Finding(part, error, limit ?? ownLimit, detail);
        if (Worst is null || finding.Share > Worst.Share)
        {
            Worst = finding;
        }
    }
}
