namespace DiffusionHub.Inference.Profiles;

/// <summary>Time that one node of a loaded graph took, over all its runs.</summary>
/// <param name="Graph">The graph, as messages call it.</param>
/// <param name="Module">The part of the model that it belongs to, such as <c>down_blocks.0.resnets.0.conv1</c>; "" where the runtime put it in by itself.</param>
/// <param name="Operator">What it computes, as the runtime runs it (a fused operator has another name than the graph gave it).</param>
/// <param name="Calls">Runs.</param>
/// <param name="Milliseconds">Time in all.</param>
public sealed record KernelTime(string Graph, string Module, string Operator, int Calls, double Milliseconds);
