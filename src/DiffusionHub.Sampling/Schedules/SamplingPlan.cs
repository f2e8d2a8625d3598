using System.Runtime.InteropServices;

namespace DiffusionHub.Sampling.Schedules;

/// <summary>One step of a sampler.</summary>
/// <param name="From">Level of the state before it.</param>
/// <param name="To">Level after it. Not always the next step's <see cref="From"/>: DDIM counts its own way back.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SamplingStep(NoiseLevel From, NoiseLevel To);

/// <summary>The noise levels a sampler walks through.</summary>
/// <param name="Steps">First to last.</param>
/// <param name="InitialScale">Factor that turns standard normal noise into the first state.</param>
public sealed record SamplingPlan(IReadOnlyList<SamplingStep> Steps, float InitialScale);
