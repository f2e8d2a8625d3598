namespace DiffusionHub.Sampling.Inversion;

/// <summary>
/// EDICT's mixing layer (Wallace et al. 2022, equations 12 and 13), which keeps the two latents together: x ← p·x + (1 − p)·y, then
/// y ← (1 − p)·x + p·y with the new x.
/// </summary>
/// <param name="keep">p, above 0 and at most 1.</param>
internal readonly struct Mixing(double keep)
{
    public void Do(LatentPair pair)
    {
        var (x, y) = pair;
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = (keep * x[i]) + ((1 - keep) * y[i]);
            y[i] = ((1 - keep) * x[i]) + (keep * y[i]);
        }
    }

    public void Undo(LatentPair pair)
    {
        var (x, y) = pair;
        for (var i = 0; i < x.Length; i++)
        {
            y[i] = (y[i] - ((1 - keep) * x[i])) / keep;
            x[i] = (x[i] - ((1 - keep) * y[i])) / keep;
        }
    }

    /// <summary>What a slope with respect to the mixed pair is with respect to the pair before.</summary>
    public void Pull(LatentPair slope)
    {
        var (x, y) = slope;
        for (var i = 0; i < x.Length; i++)
        {
            var mixed = x[i] + ((1 - keep) * y[i]);
            (x[i], y[i]) = (keep * mixed, (keep * y[i]) + ((1 - keep) * mixed));
        }
    }
}
