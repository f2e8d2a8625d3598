namespace DiffusionHub.Queue.Tests.Protocol;

/// <summary>Something that may happen next. A fault is what a kind world would spare us.</summary>
internal sealed record Move(string Name, World World, bool IsFault = false);
