using DiffusionHub.Pipelines.Evaluation;

namespace DiffusionHub.Pipelines.Tests.Evaluation;

public sealed class MeasureTests
{
    private static readonly float[][] Circle = [.. Enumerable.Range(0, 12).Select(i => new[] { MathF.Cos(i / 6f * MathF.PI), MathF.Sin(i / 6f * MathF.PI) })];

    [Fact]
    public void Pictures_beside_their_captions_are_all_found() => Retrieval.Of(Circle, [.. Enumerable.Range(0, 12)], Circle).ShouldBe(new Retrieval(1, 1, 12));

    [Fact]
    public void A_caption_counts_by_how_many_are_nearer_than_it() =>
        // The picture at 0° has the captions at ±30° and ±60° nearer than that at 90°, but all at the same angle count as nearer: 1st, 2nd or 3rd, 4th or 5th, 6th or 7th.
        Retrieval.Of([Circle[0], Circle[0], Circle[0], Circle[0]], [0, 1, 10, 3], Circle).ShouldBe(new Retrieval(0.25, 0.75, 12));

    [Fact]
    public void A_network_that_sees_no_differences_finds_nothing() =>
        Retrieval.Of([Circle[0], Circle[0]], [0, 1], [Circle[3], Circle[3]]).ShouldBe(new Retrieval(0, 1, 2));

    [Fact]
    public void A_plain_picture_is_not_sharp() => Sharpness.Of(Enumerable.Repeat(0.7f, 3 * 16).ToArray(), 4).ShouldBe(0);

    // numpy: luma = pixels @ [.299, .587, .114]; (abs(diff(luma, axis=0)).sum() + abs(diff(luma, axis=1)).sum()) / luma.size
    [Fact]
    public void Sharpness_is_the_mean_slope_of_luma()
    {
        // A white column beside a black one, a green pixel below: |1 − 0|, |0.587 − 0| to the right, and |1 − 0.587|, |0 − 0| down, over four pixels.
        float[] planes = [1, 0, 0, 0, /* green */ 1, 0, 1, 0, /* blue */ 1, 0, 0, 0];
        Sharpness.Of(planes, 2).ShouldBe((1 + 0.587 + 0.413) / 4, 1e-6);
    }

    [Fact]
    public void A_neighbours_distance_is_told_in_its_own_spacing()
    {
        // Two of them are the same, which measures nothing.
        var neighbours = new NearestNeighbours([0, 0, 0, 0, 4, 0, 4, 10], 2);
        neighbours.Of([1, 0]).ShouldBe(new Neighbour(0, 0.25));
        neighbours.Of([4, 7]).ShouldBe(new Neighbour(3, 3 / 10f), "its nearest is 10 away");
        neighbours.Of([4, 10]).Ratio.ShouldBe(0);
        neighbours.Of([4, 30]).Ratio.ShouldBe(2);
    }
}
