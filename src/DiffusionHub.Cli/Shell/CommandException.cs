namespace DiffusionHub.Cli.Shell;

/// <summary>The command cannot do what was asked. The message is for the user and says what to do.</summary>
internal sealed class CommandException(string message, int exitCode = ExitCodes.Failed, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; } = exitCode;
}
