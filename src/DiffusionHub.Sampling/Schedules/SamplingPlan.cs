using System.Runtime.InteropServices;

namespace DiffusionHub.Sampling.Schedules;

/// <summary>One step of a sampler.</summary>
/// <param name="From">Level of the state before it.</param>
/// <param name="To">Level after it. Not always the next step's <see cref="From"/>: DDIM counts its own way back.</param>
/// <param name="MaxOrder">Highest order that a multistep method may take here: the last steps of some schedules ask for less.</param>
/// <param name="Noise">Standard deviation of the fresh noise that DDPM adds, in the units of the state.</param>
/// <param name="Ask">Level at which the model is asked, where that is not <see cref="From"/> (PNDM's warm-up).</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SamplingStep(NoiseLevel From, NoiseLevel To, int MaxOrder = int.MaxValue, double Noise = 0, NoiseLevel? Ask = null)
{
    /// <summary>The two levels.</summary>
    public void Deconstruct(out NoiseLevel from, out NoiseLevel to) => (from, to) = (From, To);
}

/// <summary>The noise levels a sampler walks through.</summary>
/// <param name="Steps">First to last.</param>
/// <param name="InitialScale">Factor that turns standard normal noise into the first state.</param>
/// <param name="Levels">The levels between and around them.</param>
public sealed record SamplingPlan(IReadOnlyList<SamplingStep> Steps, double InitialScale, INoiseLevels Levels)
{
    /// <summary>Level at which the model is asked after step <paramref name="step"/>, or the last level.</summary>
    public NoiseLevel After(int step) => step + 1 < Steps.Count ? Steps[step + 1].Ask ?? Steps[step + 1].From : Steps[step].To;

    /// <summary>The plan without its first <paramref name="count"/> steps: image-to-image starts later.</summary>
    public SamplingPlan Skip(int count) => this with { Steps = [.. Steps.Skip(count)] };
}
