namespace DiffusionHub.Data.Settings;

/// <summary>A setting's value in effect.</summary>
/// <param name="Setting">Which one.</param>
/// <param name="Value">As text, secrets masked; empty: not set.</param>
/// <param name="Origin">Where it came from: <c>default</c>, <c>hub.json</c>, a variable's or an option's name.</param>
public sealed record EffectiveSetting(Setting Setting, string Value, string Origin);

/// <summary>Everything in effect, and why.</summary>
/// <param name="Settings">Typed.</param>
/// <param name="All">One by one.</param>
public sealed record EffectiveSettings(HubSettings Settings, IReadOnlyList<EffectiveSetting> All);
