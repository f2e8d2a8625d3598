namespace DiffusionHub.Domain.Pictures;

/// <summary>How a picture stands with the hub's content rules.</summary>
public static class PictureStanding
{
    /// <summary>Nothing is held against it.</summary>
    public const string Fine = "fine";

    /// <summary>Shown behind a blur until somebody asks for it.</summary>
    public const string Blurred = "blurred";

    /// <summary>Waits for a moderator; until then only its owner knows that it is there.</summary>
    public const string Held = "held";

    /// <summary>A moderator took it down: its owner sees why, nobody sees the picture.</summary>
    public const string Removed = "removed";
}
