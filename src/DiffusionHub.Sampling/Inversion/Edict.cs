using System.Numerics.Tensors;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Inversion;

/// <summary>
/// Wallace, Gokul and Naik, "EDICT: Exact Diffusion Inversion via Coupled Transformations" (2022): two latents are denoised side by side, each
/// with the noise that is estimated from the other, and every step can be undone exactly. Which of the two goes first alternates.
/// </summary>
/// <param name="steps">The steps of generating, the noisiest first; each level's α is above 0.</param>
/// <param name="mix">What each keeps of itself when they are mixed, above 0 and at most 1; 0.93 in the paper.</param>
public sealed class Edict(IReadOnlyList<SamplingStep> steps, double mix)
{
    private readonly Mixing mixing = mix is > 0 and <= 1 ? new Mixing(mix) : throw new ArgumentOutOfRangeException(nameof(mix), mix, "The mix must be above 0 and at most 1.");

    /// <summary>Steps of one direction.</summary>
    public int Steps => steps.Count;

    /// <summary>From noise to latents of pictures, in place.</summary>
    /// <param name="pair">The state.</param>
    /// <param name="model">The network.</param>
    /// <param name="afterStep">Told of each step.</param>
    /// <param name="cancellation">Looked at before each step.</param>
    /// <exception cref="ModelOutputException">The network's answer is not finite.</exception>
    public void Generate(LatentPair pair, INoiseEstimator model, PairCallback? afterStep = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentNullException.ThrowIfNull(model);
        var walk = new Walk(pair, afterStep is not null);
        for (var i = 0; i < steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var half = 0; half < 2; half++)
            {
                var which = (i + half) % 2;
                var noise = walk.Noise(steps[i].From, pair[1 - which], model, i + 1, steps.Count);
                walk.Look(steps[i].From, pair[which]);
                CoupledStep.Of(steps[i]).Do(pair[which], noise);
            }

            mixing.Do(pair);
            afterStep?.Invoke(i + 1, steps.Count, pair, walk.Clean);
        }
    }

    /// <summary>From latents of pictures back to the noise of which <see cref="Generate"/> makes them, in place.</summary>
    /// <inheritdoc cref="Generate"/>
    public void Invert(LatentPair pair, INoiseEstimator model, PairCallback? afterStep = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentNullException.ThrowIfNull(model);
        var walk = new Walk(pair, afterStep is not null);
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            cancellation.ThrowIfCancellationRequested();
            mixing.Undo(pair);
            for (var half = 1; half >= 0; half--)
            {
                var which = (i + half) % 2;
                var noise = walk.Noise(steps[i].From, pair[1 - which], model, steps.Count - i, steps.Count);
                CoupledStep.Of(steps[i]).Undo(pair[which], noise);
                walk.Look(steps[i].From, pair[which]);
            }

            afterStep?.Invoke(steps.Count - i, steps.Count, pair, walk.Clean);
        }
    }

    /// <summary>
    /// Carries a slope with respect to the generated pair back to the first one. No state is kept from the way forward: each step is undone when its
    /// turn comes, with the estimate that its slope needs anyway.
    /// </summary>
    /// <param name="pair">What <see cref="Generate"/> made; in place, it becomes what that began with.</param>
    /// <param name="slope">The slope with respect to it; in place, it becomes that with respect to the beginning.</param>
    /// <param name="model">The network.</param>
    /// <param name="afterStep">Told of each step.</param>
    /// <param name="cancellation">Looked at before each step.</param>
    /// <exception cref="ModelOutputException">The network's answer or its slope is not finite.</exception>
    public void Pull(LatentPair pair, LatentPair slope, INoiseSlope model, Action<int>? afterStep = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentNullException.ThrowIfNull(slope);
        ArgumentNullException.ThrowIfNull(model);
        var length = pair.First.Length;
        var (noise, cotangent, pulled) = (new double[length], new double[length], new double[length]);
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            cancellation.ThrowIfCancellationRequested();
            mixing.Undo(pair);
            mixing.Pull(slope);
            var step = CoupledStep.Of(steps[i]);
            for (var half = 1; half >= 0; half--)
            {
                var which = (i + half) % 2;
                TensorPrimitives.Multiply(slope[which], step.OfNoise, cotangent);
                model.Estimate(pair[1 - which], steps[i].From, cotangent, noise, pulled);
                Walk.Check(noise, steps.Count - i, steps.Count, steps[i].From);
                Walk.Check(pulled, steps.Count - i, steps.Count, steps[i].From);
                step.Undo(pair[which], noise);
                TensorPrimitives.Add(slope[1 - which], pulled, slope[1 - which]);
                TensorPrimitives.Multiply(slope[which], step.OfState, slope[which]);
            }

            afterStep?.Invoke(steps.Count - i);
        }
    }

    private sealed class Walk(LatentPair pair, bool watched)
    {
        private readonly double[] noise = new double[pair.First.Length];
        private readonly double[] clean = new double[watched ? pair.First.Length : 0];

        public ReadOnlySpan<double> Clean => clean;

        public ReadOnlySpan<double> Noise(in NoiseLevel level, double[] x, INoiseEstimator model, int step, int steps)
        {
            model.Estimate(x, level, noise);
            Check(noise, step, steps, level);
            return noise;
        }

        public void Look(in NoiseLevel level, double[] x)
        {
            for (var i = 0; i < clean.Length; i++)
            {
                clean[i] = (x[i] - (level.Sigma * noise[i])) / level.Alpha;
            }
        }

        public static void Check(ReadOnlySpan<double> values, int step, int steps, in NoiseLevel level)
        {
            if (!double.IsFinite(TensorPrimitives.MaxMagnitude(values)))
            {
                throw new ModelOutputException(step, steps, step, level.Timestep);
            }
        }
    }
}
