namespace DiffusionHub.Sampling.Schedules;

/// <summary>How the steps are spread over the training timesteps (table 2 of Lin et al. 2023).</summary>
public enum TimestepSpacing
{
    /// <summary>Every ⌊T/N⌋-th timestep from the offset up.</summary>
    Leading,

    /// <summary>Every T/N-th from the last timestep down.</summary>
    Trailing,

    /// <summary>Evenly from the last to the first, both included.</summary>
    Linspace,
}

/// <summary>Timesteps of each spacing, highest first, with the exact arithmetic of diffusers.</summary>
public static class Spacing
{
    /// <summary>The timesteps; fractional only for <see cref="TimestepSpacing.Linspace"/>.</summary>
    /// <param name="spacing">Which spacing.</param>
    /// <param name="length">Number of training timesteps T.</param>
    /// <param name="steps">Number of steps N, from 1 to T.</param>
    /// <param name="offset">Added by the leading spacing only.</param>
    public static double[] Timesteps(TimestepSpacing spacing, int length, int steps, int offset)
    {
        var result = new double[steps];
        for (var i = 0; i < steps; i++)
        {
            result[i] = spacing switch
            {
                TimestepSpacing.Leading => ((steps - 1 - i) * (length / steps)) + offset,
                TimestepSpacing.Trailing => Math.Round(length - (i * ((double)length / steps)), MidpointRounding.ToEven) - 1,
                _ => steps == 1 ? 0 : (length - 1) * ((double)(steps - 1 - i) / (steps - 1)),
            };
        }

        return result;
    }

    /// <summary><paramref name="count"/> float32 values from <paramref name="start"/> to <paramref name="end"/> as <c>torch.linspace</c> makes them: from both ends to the middle.</summary>
    public static float[] Linear(float start, float end, int count)
    {
        if (count == 1)
        {
            return [start];
        }

        var step = (end - start) / (count - 1);
        var result = new float[count];
        for (var i = 0; i < count; i++)
        {
            result[i] = i < count / 2 ? MathF.FusedMultiplyAdd(step, i, start) : MathF.FusedMultiplyAdd(-step, count - 1 - i, end);
        }

        return result;
    }
}
