using MathNet.Numerics.LinearAlgebra;

namespace DiffusionHub.Pipelines.Evaluation;

/// <summary>
/// The squared Fréchet distance of two normal distributions (Dowson and Landau 1982), |μ₁ − μ₂|² + Tr(Σ₁ + Σ₂ − 2·(Σ₁Σ₂)^½), as “FID” measures it on
/// Inception's features (Heusel et al. 2017, equation 6). On other features it is another number.
/// </summary>
internal static class FrechetDistance
{
    public static double Between(Moments a, Moments b)
    {
        // (Σ₁Σ₂)^½ has the trace of (Σ₁^½·Σ₂·Σ₁^½)^½, which is symmetric: so the root is exact where Σ is singular, too.
        var root = Root(a.Covariance);
        var product = root * b.Covariance * root;
        var common = Eigen((product + product.Transpose()) / 2).EigenValues.Sum(value => Math.Sqrt(Math.Max(0, value.Real)));
        var apart = (a.Mean - b.Mean).L2Norm();
        return Math.Max(0, (apart * apart) + a.Covariance.Trace() + b.Covariance.Trace() - (2 * common));
    }

    private static Matrix<double> Root(Matrix<double> symmetric)
    {
        var eigen = Eigen(symmetric);
        var scaled = eigen.EigenVectors.Clone();
        for (var i = 0; i < scaled.ColumnCount; i++)
        {
            // Rounding makes eigenvalues that are zero a little negative.
            scaled.SetColumn(i, scaled.Column(i) * Math.Sqrt(Math.Max(0, eigen.EigenValues[i].Real)));
        }

        return scaled.TransposeAndMultiply(eigen.EigenVectors);
    }

    private static MathNet.Numerics.LinearAlgebra.Factorization.Evd<double> Eigen(Matrix<double> symmetric) => symmetric.Evd(Symmetricity.Symmetric);
}
