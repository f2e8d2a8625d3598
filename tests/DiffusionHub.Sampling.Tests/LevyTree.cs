namespace DiffusionHub.Sampling.Tests;

/// <summary>A Brownian motion by Lévy's construction, written as plainly as it can be, to compare the fast one with.</summary>
internal static class LevyTree
{
    private const int Depth = 16;

    /// <summary>W of one element at <paramref name="time"/> of <paramref name="length"/>.</summary>
    public static double At(long seed, int element, double time, double length) =>
        Between(seed, element, 1, time, 0, length, 0, Math.Sqrt(length) * Normal(seed, 0, element));

    /// <summary>Philox 4×32-10, as in the paper's figure: a round multiplies two words, swaps and adds the keys.</summary>
    public static uint[] Philox(uint[] counter, uint low, uint high)
    {
        var x = counter;
        for (uint round = 0; round < 10; round++)
        {
            var (first, second) = ((UInt128)x[0] * 0xD2511F53, (UInt128)x[2] * 0xCD9E8D57);
            unchecked
            {
                x =
                [
                    (uint)(second >> 32) ^ x[1] ^ (low + (round * 0x9E3779B9)),
                    (uint)second,
                    (uint)(first >> 32) ^ x[3] ^ (high + (round * 0xBB67AE85)),
                    (uint)first,
                ];
            }
        }

        return x;
    }

    // The node's children are numbered 2n and 2n + 1.
    private static double Between(long seed, int element, uint node, double time, double from, double to, double left, double right)
    {
        var share = (time - from) / (to - from);
        if (node >= 1 << Depth)
        {
            return left + (share * (right - left));
        }

        var middle = ((left + right) / 2) + (Math.Sqrt((to - from) / 4) * Normal(seed, node, element));
        var half = (from + to) / 2;
        return time < half
            ? Between(seed, element, 2 * node, time, from, half, left, middle)
            : Between(seed, element, (2 * node) + 1, time, half, to, middle, right);
    }

    // 16 elements share four counters: of each the first two words make a cosine, and a sine for the element eight places on; the next
    // four places come from the third and fourth words.
    private static double Normal(long seed, uint node, int element)
    {
        var place = element % 8;
        var words = Philox([(uint)((element / 16 * 4) + (place % 4)), node, 0, 1], unchecked((uint)seed), unchecked((uint)(seed >> 32)));
        var (first, second) = place < 4 ? (words[0], words[1]) : (words[2], words[3]);
        var radius = Math.Sqrt(-2 * Math.Log(((first >> 8) + 1) / 16777216.0));
        var angle = 2 * Math.PI * (second >> 8) / 16777216;
        return radius * (element % 16 < 8 ? Math.Cos(angle) : Math.Sin(angle));
    }
}
