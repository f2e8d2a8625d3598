using System.CommandLine;

namespace DiffusionHub.Cli.Commands.Keys;

/// <summary><c>hub keys</c>: API keys.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", KeysTexts.Description) { CreateKey.Create(), ListKeys.Create(), RevokeKey.Create() };
}
