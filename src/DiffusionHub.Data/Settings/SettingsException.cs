namespace DiffusionHub.Data.Settings;

/// <summary>Settings that cannot be used. The message has a line for each of them, written for the user.</summary>
public sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
