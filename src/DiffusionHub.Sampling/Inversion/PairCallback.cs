namespace DiffusionHub.Sampling.Inversion;

/// <summary>Called after each coupled step. What is written to the pair goes on; all is valid only during the call.</summary>
/// <param name="step">Steps done, from 1.</param>
/// <param name="steps">Steps in all of this direction.</param>
/// <param name="pair">The state.</param>
/// <param name="clean">The estimate of the clean latents that the step's last call gave.</param>
public delegate void PairCallback(int step, int steps, LatentPair pair, ReadOnlySpan<double> clean);
