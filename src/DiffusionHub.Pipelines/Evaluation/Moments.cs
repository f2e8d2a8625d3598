using MathNet.Numerics.LinearAlgebra;

namespace DiffusionHub.Pipelines.Evaluation;

/// <summary>Where the features of many pictures lie, as if they were normally distributed.</summary>
/// <param name="Mean">(F).</param>
/// <param name="Covariance">(F, F), symmetric, unbiased: divided by the number of pictures less one.</param>
internal sealed record Moments(Vector<double> Mean, Matrix<double> Covariance)
{
    /// <summary>Of features, a vector (F) a picture, of two pictures at least.</summary>
    public static Moments Of(IReadOnlyList<float[]> features)
    {
        var rows = Matrix<double>.Build.Dense(features.Count, features[0].Length, (picture, feature) => features[picture][feature]);
        var mean = rows.ColumnSums() / rows.RowCount;
        rows.MapIndexedInplace((_, feature, value) => value - mean[feature]);
        return new Moments(mean, rows.TransposeThisAndMultiply(rows) / (rows.RowCount - 1));
    }

    /// <summary>As they are stored.</summary>
    /// <param name="mean">(F).</param>
    /// <param name="covariance">(F, F), C order.</param>
    public static Moments Of(ReadOnlySpan<float> mean, float[] covariance)
    {
        var width = mean.Length;
        return new Moments(
            Vector<double>.Build.DenseOfEnumerable(mean.ToArray().Select(value => (double)value)),
            Matrix<double>.Build.Dense(width, width, (row, column) => covariance[(row * width) + column]));
    }
}
