using DiffusionHub.Pipelines.Evaluation;

namespace DiffusionHub.Pipelines.Tests.Evaluation;

public sealed class FrechetDistanceTests
{
    private static readonly float[] Rotated = [2, 0.5f, 0, 0.5f, 1, 0.25f, 0, 0.25f, 0.5f];

    [Fact]
    public void Equal_distributions_are_not_apart() => Between([1, 2, 3], Rotated, [1, 2, 3], Rotated).ShouldBe(0, 1e-9);

    [Fact]
    public void Shifted_means_are_as_far_apart_as_their_square() => Between([1, 2, 3], Rotated, [4, 2, -1], Rotated).ShouldBe(9 + 16, 1e-9);

    [Fact]
    public void Diagonal_covariances_are_apart_by_their_deviations() =>
        // (2 − 1)² + (3 − 0.5)²
        Between([0, 0], [4, 0, 0, 9], [0, 0], [1, 0, 0, 0.25f]).ShouldBe(7.25, 1e-9);

    // |m1 − m2|² + trace(c1 + c2 − 2·scipy.linalg.sqrtm(c1 @ c2)) is 1.9979269864353948.
    [Fact]
    public void Rotated_covariances_are_apart_as_scipy_says()
    {
        float[] other = [1, -0.25f, 0.5f, -0.25f, 1.5f, 0, 0.5f, 0, 0.75f];
        Between([1, 2, 3], Rotated, [0.5f, 2.25f, 2], other).ShouldBe(1.9979269864353948, 1e-9);
        Between([0.5f, 2.25f, 2], other, [1, 2, 3], Rotated).ShouldBe(1.9979269864353948, 1e-9);
    }

    // Of v·vᵀ and c the root's trace is √(vᵀ·c·v): numpy has 5.335274424948339.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_singular_covariance_has_a_distance_too(bool first)
    {
        float[] singular = [1, 2, -1, 2, 4, -2, -1, -2, 1];
        (first ? Between([0.5f, 2.25f, 2], singular, [1, 2, 3], Rotated) : Between([1, 2, 3], Rotated, [0.5f, 2.25f, 2], singular)).ShouldBe(5.335274424948339, 1e-6);
    }

    [Fact]
    public void Moments_are_the_mean_and_the_unbiased_covariance()
    {
        var moments = Moments.Of([[1, 2], [3, -2], [5, 3]]);
        moments.Mean.ToArray().ShouldBe([3, 1]);
        moments.Covariance.ToRowMajorArray().ShouldBe([4, 1, 1, 7]);
    }

    private static double Between(float[] mean, float[] covariance, float[] otherMean, float[] otherCovariance) =>
        FrechetDistance.Between(Moments.Of(mean.AsSpan(), covariance), Moments.Of(otherMean.AsSpan(), otherCovariance));
}
