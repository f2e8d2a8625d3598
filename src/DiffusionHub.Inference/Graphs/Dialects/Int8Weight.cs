namespace DiffusionHub.Inference.Graphs.Dialects;

/// <summary>A transposed matrix of 8-bit integers in a graph.</summary>
/// <param name="Numbers">The integers, (C, P).</param>
/// <param name="Scales">What each column is multiplied by, (P).</param>
internal readonly record struct Int8Weight(string Numbers, string Scales);
