using System.Runtime.InteropServices;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>Where a walk is.</summary>
/// <param name="Call">Model calls done, from 1.</param>
/// <param name="Calls">Model calls in all; for an adaptive method its best guess.</param>
/// <param name="Level">Level that the state has now: the one at which the model is asked next, or the last.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct StepReport(int Call, int Calls, NoiseLevel Level);

/// <summary>Called after each call of the model (DPM fast and adaptive: after each step, of up to three calls): progress, previews, and stages that change the state (inpainting). The spans are valid only during the call.</summary>
/// <param name="step">Where the walk is.</param>
/// <param name="x">The state now; what is written here goes on.</param>
/// <param name="x0">The estimate of the clean picture that the call gave.</param>
public delegate void StepCallback(in StepReport step, Span<float> x, ReadOnlySpan<float> x0);
