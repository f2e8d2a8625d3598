namespace DiffusionHub.Sampling.Noise;

/// <summary>
/// MT19937 with the plain 32-bit seeding. Matsumoto and Nishimura, "Mersenne Twister" (1998); the recurrence and constants are the paper's.
/// </summary>
public sealed class MersenneTwister
{
    private const int Length = 624;
    private const int Middle = 397;

    private readonly uint[] state = new uint[Length];
    private int position = Length;

    /// <summary>Starts the generator from <paramref name="seed"/>.</summary>
    public MersenneTwister(uint seed)
    {
        state[0] = seed;
        for (var i = 1; i < Length; i++)
        {
            var previous = state[i - 1];
            state[i] = (1812433253u * (previous ^ (previous >> 30))) + (uint)i;
        }
    }

    /// <summary>The next 32 random bits.</summary>
    public uint Next()
    {
        if (position == Length)
        {
            Twist();
        }

        var y = state[position++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680u;
        y ^= (y << 15) & 0xEFC60000u;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < Length; i++)
        {
            var joined = (state[i] & 0x80000000u) | (state[(i + 1) % Length] & 0x7FFFFFFFu);
            var twisted = (joined & 1) == 0 ? joined >> 1 : (joined >> 1) ^ 0x9908B0DFu;
            state[i] = state[(i + Middle) % Length] ^ twisted;
        }

        position = 0;
    }
}
