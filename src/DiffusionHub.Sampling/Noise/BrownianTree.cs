using System.Numerics.Tensors;

namespace DiffusionHub.Sampling.Noise;

/// <summary>
/// A Brownian motion W for each element of a state, whose time runs with ln σ from the highest noise level to the lowest. It is a
/// function of seed and σ alone: it does not depend on where it was asked before, so that the same seed with more steps walks along
/// the same path.
/// </summary>
/// <remarks>
/// Lévy's construction: between two known points the middle is normal around their mean, with a quarter of their distance as variance.
/// Halving 16 times gives a tree that is never stored (Gaines and Lyons, "Variable Step Size Control in the Numerical Solution of Stochastic
/// Differential Equations", 1997; Li et al., "Scalable Gradients for Stochastic Differential Equations", 2020, section 4): the number of
/// a node is the counter of its normal numbers. W is straight within a leaf, which for Stable Diffusion is a ten thousandth of ln σ.
/// Not for several threads at once.
/// </remarks>
public sealed class BrownianTree
{
    private const int Depth = 16;
    private const int Leaves = 1 << Depth;
    private const uint TreeStream = 1;
    private const uint EmptyStream = 2;

    private readonly long seed;
    private readonly double highest;
    private readonly double lowest;
    private readonly double leafTime;

    // The path to the leaf that was walked last: the middle of its node on each level.
    private readonly int[] nodes = new int[Depth];
    private readonly float[][] middles = new float[Depth][];
    private float[] start = [];
    private float[] end = [];
    private float[] normals = [];

    // The two positions asked last; a step starts where the one before ended.
    private (double Position, float[] Values) newer = (double.NaN, []);
    private (double Position, float[] Values) older = (double.NaN, []);

    /// <summary>The motion of a seed over a range, which should be the training process's, not a plan's: another range is another motion.</summary>
    /// <param name="seed">Its seed.</param>
    /// <param name="lowest">Lowest σ/α, above 0; what lies below counts as this.</param>
    /// <param name="highest">Highest σ/α; what lies above counts as this.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is none; the message names the limit.</exception>
    public BrownianTree(long seed, double lowest, double highest)
    {
        if (!(lowest > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(lowest), lowest, "The lowest level must be above 0.");
        }

        if (!(highest > lowest) || double.IsInfinity(highest))
        {
            throw new ArgumentOutOfRangeException(nameof(highest), highest, "The highest level must be above the lowest, and finite.");
        }

        (this.seed, this.lowest, this.highest) = (seed, lowest, highest);
        leafTime = Math.Log(highest / lowest) / Leaves;
    }

    /// <summary>W at level <paramref name="sigma"/>: 0 at the highest, its variance the distance in ln σ from there.</summary>
    /// <param name="sigma">σ/α.</param>
    /// <param name="values">One for each element; element i does not depend on their number.</param>
    public void At(double sigma, Span<float> values)
    {
        Resize(values.Length);
        Point(PositionOf(sigma)).CopyTo(values);
    }

    /// <summary>The standard deviation of W(to) − W(from), exactly that of the path with straight leaves; 0 where the two are one.</summary>
    public double Deviation(double from, double to)
    {
        var (a, b) = (PositionOf(Math.Max(from, to)), PositionOf(Math.Min(from, to)));
        var (first, last) = (LeafOf(a), LeafOf(b));
        if (first == last)
        {
            return (b - a) * Math.Sqrt(leafTime);
        }

        var (before, within) = (first + 1 - a, b - last);
        return Math.Sqrt(leafTime * ((before * before) + (last - first - 1) + (within * within)));
    }

    /// <summary>
    /// (W(to) − W(from))/deviation: standard normal. Where both lie at one end of the range, or are one, there is no motion between them,
    /// and the numbers are those of the two levels alone, independent of the motion.
    /// </summary>
    /// <param name="from">σ/α before.</param>
    /// <param name="to">σ/α after.</param>
    /// <param name="values">Standard normal numbers, one for each element.</param>
    public void Increment(double from, double to, Span<float> values)
    {
        Resize(values.Length);
        var (a, b) = (PositionOf(from), PositionOf(to));
        if (a == b)
        {
            PhiloxNormals.Fill(seed, EmptyStream, BitConverter.SingleToUInt32Bits((float)from), BitConverter.SingleToUInt32Bits((float)to), values);
        }
        else if (LeafOf(a) == LeafOf(b))
        {
            // The leaf's own slope: nothing is lost by subtracting two close points.
            var (left, right) = Walk(LeafOf(a));
            TensorPrimitives.Subtract(right, left, values);
            TensorPrimitives.Multiply(values, (float)(Math.Sign(b - a) / Math.Sqrt(leafTime)), values);
        }
        else
        {
            var before = Point(a);
            var after = Point(b);
            TensorPrimitives.Subtract(after, before, values);
            TensorPrimitives.Divide(values, (float)Deviation(from, to), values);
        }
    }

    // Counted in leaves from the highest level.
    private double PositionOf(double sigma) => Math.Log(highest / Math.Clamp(sigma, lowest, highest)) / leafTime;

    private static int LeafOf(double position) => Math.Min((int)position, Leaves - 1);

    // W at a position. The array holds it until two other positions were asked for.
    private float[] Point(double position)
    {
        if (older.Position == position)
        {
            (older, newer) = (newer, older);
        }
        else if (newer.Position != position)
        {
            (older, newer) = (newer, (position, older.Values));
            var leaf = LeafOf(position);
            var (left, right) = Walk(leaf);
            Combination.Of(newer.Values, 1 - (position - leaf), left, position - leaf, right);
        }

        return newer.Values;
    }

    // W at both ends of a leaf. Only the nodes off the last walk's path are computed.
    private (float[] Left, float[] Right) Walk(int leaf)
    {
        var (left, right) = (start, end);
        for (var level = 0; level < Depth; level++)
        {
            var node = leaf >> (Depth - level);
            if (nodes[level] != node)
            {
                Combination.Of(middles[level], 0.5, left, 0.5, right);
                PhiloxNormals.Fill(seed, TreeStream, (1u << level) + (uint)node, 0, normals);
                Combination.Add(middles[level], 0.5 * Math.Sqrt(leafTime * (Leaves >> level)), normals);
                nodes[level] = node;
            }

            var isRight = ((leaf >> (Depth - 1 - level)) & 1) == 1;
            (left, right) = isRight ? (middles[level], right) : (left, middles[level]);
        }

        return (left, right);
    }

    private void Resize(int length)
    {
        if (start.Length == length)
        {
            return;
        }

        (start, end, normals) = (new float[length], new float[length], new float[length]);
        (newer, older) = ((double.NaN, new float[length]), (double.NaN, new float[length]));
        Array.Fill(nodes, -1);
        for (var level = 0; level < Depth; level++)
        {
            middles[level] = new float[length];
        }

        // The root's number is 1; the whole motion's is 0.
        PhiloxNormals.Fill(seed, TreeStream, 0, 0, end);
        TensorPrimitives.Multiply(end, (float)Math.Sqrt(leafTime * Leaves), end);
    }
}
