using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Samplers;

namespace DiffusionHub.Sampling.Tests;

/// <summary>The Brownian tree: one path for a seed, with the statistics of a Brownian motion in ln σ.</summary>
public sealed class BrownianTests
{
    private const double Lowest = 0.0292;
    private const double Highest = 14.6146;
    private const int Length = 60_000;

    [Fact]
    public void Increments_add_up()
    {
        var (tree, rough, fine) = (Tree(1), new float[100], new float[100]);
        double[] ladder = [14, 9, 8.999, 3, 0.7, 0.2, 0];
        tree.Increment(ladder[0], ladder[^1], rough);
        var sums = new double[100];
        for (var i = 0; i + 1 < ladder.Length; i++)
        {
            tree.Increment(ladder[i], ladder[i + 1], fine);
            for (var e = 0; e < sums.Length; e++)
            {
                sums[e] += fine[e] * tree.Deviation(ladder[i], ladder[i + 1]);
            }
        }

        for (var e = 0; e < sums.Length; e++)
        {
            sums[e].ShouldBe(rough[e] * tree.Deviation(14, 0), 1e-5);
        }
    }

    [Fact]
    public void An_increment_is_the_difference_of_two_points_over_its_deviation()
    {
        var (tree, before, after, increment) = (Tree(2), new float[33], new float[33], new float[33]);
        tree.Increment(2, 0.5, increment);
        tree.At(2, before);
        tree.At(0.5, after);
        for (var e = 0; e < increment.Length; e++)
        {
            ((double)increment[e]).ShouldBe((after[e] - before[e]) / tree.Deviation(2, 0.5), 1e-5);
        }

        tree.At(Highest, before);
        before.ShouldAllBe(w => w == 0);
        // The distance in ln σ, but for the straight lines within the two outer leaves.
        tree.Deviation(2, 0.5).ShouldBe(Math.Sqrt(Math.Log(4)), 1e-4);
    }

    [Fact]
    public void A_path_does_not_depend_on_what_was_asked_before()
    {
        double[] levels = [.. Enumerable.Range(0, 40).Select(i => Highest * Math.Pow(Lowest / Highest, i / 39.0))];
        var (down, up, shuffled) = (Tree(3), Tree(3), Tree(3));
        var walks = levels.Select(level => At(down, level)).ToArray();
        var order = Enumerable.Range(0, 40).OrderBy(i => (i * 17) % 40).ToArray();
        for (var i = 39; i >= 0; i--)
        {
            At(up, levels[i]).ShouldBe(walks[i]);
        }

        foreach (var i in order)
        {
            At(shuffled, levels[i]).ShouldBe(walks[i]);
            At(Tree(3), levels[i]).ShouldBe(walks[i]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(50)]
    public void An_element_does_not_depend_on_the_length(int length)
    {
        var (whole, part) = (new float[64], new float[length]);
        var tree = Tree(4);
        tree.Increment(3, 1, whole);
        tree.Increment(3, 1, part);
        part.ShouldBe(whole[..length]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(333)]
    public void More_steps_follow_the_same_path(int steps)
    {
        var (noise, fine, rough) = (new BrownianNoise(5, Lowest, Highest), new float[64], new float[64]);
        new BrownianNoise(5, Lowest, Highest).Fill(Highest, 1, rough);
        var tree = Tree(5);
        var sums = new double[64];
        for (var i = 0; i < steps; i++)
        {
            var (from, to) = (Math.Pow(Highest, 1 - ((double)i / steps)), Math.Pow(Highest, 1 - ((i + 1.0) / steps)));
            noise.Fill(from, to, fine);
            for (var e = 0; e < fine.Length; e++)
            {
                sums[e] += fine[e] * tree.Deviation(from, to);
            }
        }

        for (var e = 0; e < sums.Length; e++)
        {
            sums[e].ShouldBe(rough[e] * tree.Deviation(Highest, 1), 2e-5);
        }
    }

    // 60,000 elements: a mean is good to 1/√n = 0.0041, a variance to √(2/n) = 0.0058; four times that is one failure in 16,000.
    [Theory]
    [InlineData(Highest, 10)]
    [InlineData(5, 4.9)]
    [InlineData(1, 0.03)]
    [InlineData(0.1, 0)]
    [InlineData(1, 0.99999)]
    [InlineData(0.5, 0.5)]
    [InlineData(20, 16)]
    [InlineData(double.PositiveInfinity, 13)]
    public void Every_increment_is_standard_normal(double from, double to)
    {
        var values = new float[Length];
        Tree(6).Increment(from, to, values);
        values.Average(v => (double)v).ShouldBe(0, 4 / Math.Sqrt(Length));
        Moment(values, values).ShouldBe(1, 4 * Math.Sqrt(2.0 / Length));
        // Of a normal number's fourth power: mean 3, variance 96.
        values.Average(v => Math.Pow(v, 4)).ShouldBe(3, 4 * Math.Sqrt(96.0 / Length));
        // Shares within one and two deviations.
        ((double)values.Count(v => Math.Abs(v) < 1)).ShouldBe(0.682689 * Length, 4 * Math.Sqrt(0.217 * Length));
        ((double)values.Count(v => Math.Abs(v) < 2)).ShouldBe(0.954500 * Length, 4 * Math.Sqrt(0.0434 * Length));
    }

    [Fact]
    public void Disjoint_increments_and_neighbouring_elements_do_not_correlate()
    {
        var tree = Tree(7);
        double[] ladder = [Highest, 7, 3.3, 1.1, 1, 0.4, 0.07, 0];
        var steps = ladder.Zip(ladder.Skip(1), (from, to) => Increment(tree, from, to)).ToArray();
        for (var i = 0; i < steps.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Moment(steps[i], steps[j]).ShouldBe(0, 4 / Math.Sqrt(Length), $"{i} and {j}");
            }

            foreach (var distance in (int[])[1, 2, 4, 8, 16])
            {
                Moment(steps[i].AsSpan()[distance..], steps[i].AsSpan()[..^distance]).ShouldBe(0, 4 / Math.Sqrt(Length - distance), $"{i}, {distance} apart");
            }
        }
    }

    // Overlapping increments of a Brownian motion share the variance of their overlap.
    [Fact]
    public void Overlapping_increments_correlate_by_their_overlap()
    {
        var tree = Tree(8);
        var expected = Math.Log(2) / Math.Sqrt(Math.Log(4) * Math.Log(6));
        Moment(Increment(tree, 8, 2), Increment(tree, 4, 4.0 / 6)).ShouldBe(expected, 4 / Math.Sqrt(Length));
    }

    [Fact]
    public void A_batch_is_its_pictures()
    {
        var batch = new BrownianNoise(9, Lowest, Highest, 3);
        var all = new float[3 * 50];
        batch.Fill(6, 2, all);
        batch.Fill(2, 1, all);
        for (var i = 0; i < 3; i++)
        {
            var one = new float[50];
            new BrownianNoise(9 + i, Lowest, Highest).Fill(2, 1, one);
            all[(i * 50)..((i + 1) * 50)].ShouldBe(one);
        }

        all[..50].ShouldNotBe(all[50..100]);
    }

    [Fact]
    public void A_seed_repeats_itself_and_differs_from_others()
    {
        Increment(Tree(-10), 3, 2).ShouldBe(Increment(Tree(-10), 3, 2));
        var other = Increment(Tree(-9), 3, 2);
        Moment(Increment(Tree(-10), 3, 2), other).ShouldBe(0, 4 / Math.Sqrt(Length));
        // The upper half of the seed counts.
        Moment(Increment(Tree(-9 + (1L << 40)), 3, 2), other).ShouldBe(0, 4 / Math.Sqrt(Length));
    }

    // The known answers that the authors of Philox publish with it (Random123, kat_vectors).
    [Fact]
    public void The_counters_are_scrambled_as_the_authors_say()
    {
        LevyTree.Philox([0, 0, 0, 0], 0, 0).ShouldBe([0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]);
        LevyTree.Philox([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], 0xA4093822, 0x299F31D0).ShouldBe([0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]);
    }

    // Lévy's construction once more, told from the root down for one element at a time, in double precision.
    [Theory]
    [InlineData(0)]
    [InlineData(-1234567890123)]
    public void The_path_is_Levys_construction(long seed)
    {
        var values = new float[40];
        foreach (var sigma in (double[])[Lowest, 0.5, 1, 14])
        {
            Tree(seed).At(sigma, values);
            for (var e = 0; e < values.Length; e++)
            {
                ((double)values[e]).ShouldBe(LevyTree.At(seed, e, Math.Log(Highest / sigma), Math.Log(Highest / Lowest)), 2e-5, $"element {e} at {sigma}");
            }
        }
    }

    // Strong convergence: along one path the difference between few and many steps shrinks, where fresh noise leads elsewhere.
    [Theory]
    [InlineData("2M SDE")]
    [InlineData("SDE")]
    public void More_steps_lead_a_stochastic_sampler_to_the_same_picture(string name)
    {
        ISampler sampler = name == "SDE" ? new DpmPlusPlusSde() : new DpmPlusPlusMultistep(eta: 1);
        var (few, more, many) = (Walk(20, 12), Walk(80, 12), Walk(640, 12));
        Distance(more, many).ShouldBeLessThan(Distance(few, many) / 1.5);
        Distance(more, many).ShouldBeLessThan(Distance(many, Walk(640, 13)) / 10);

        float[] Walk(int steps, long seed)
        {
            var x = new float[500];
            new PhiloxNoise(1).Normal(x);
            for (var i = 0; i < x.Length; i++)
            {
                x[i] *= 10;
            }

            sampler.Sample(new GaussianOde(0.5), Ladder.Plan("k-diffusion", steps), new BrownianNoise(seed, 0.1, 10), x, null, TestContext.Current.CancellationToken);
            return x;
        }

        static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (p, q) => Math.Pow(p - q, 2)).Average());
    }

    [Fact]
    public void After_the_first_step_nothing_is_allocated()
    {
        var (noise, values) = (new BrownianNoise(11, Lowest, Highest, 2), new float[1000]);
        noise.Fill(10, 9, values);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
        {
            noise.Fill(9 * Math.Pow(0.9, i), 9 * Math.Pow(0.9, i + 1), values);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Theory]
    [InlineData(0, 1, "lowest")]
    [InlineData(double.NaN, 1, "lowest")]
    [InlineData(1, 1, "highest")]
    [InlineData(1, double.PositiveInfinity, "highest")]
    public void A_range_that_is_none_is_refused(double lowest, double highest, string name) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new BrownianTree(0, lowest, highest)).ParamName.ShouldBe(name);

    private static BrownianTree Tree(long seed) => new(seed, Lowest, Highest);

    private static float[] At(BrownianTree tree, double level)
    {
        var values = new float[20];
        tree.At(level, values);
        return values;
    }

    private static float[] Increment(BrownianTree tree, double from, double to)
    {
        var values = new float[Length];
        tree.Increment(from, to, values);
        return values;
    }

    private static double Moment(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            sum += (double)x[i] * y[i];
        }

        return sum / x.Length;
    }
}
