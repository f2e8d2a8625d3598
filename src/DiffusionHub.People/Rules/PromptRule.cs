namespace DiffusionHub.People.Rules;

/// <summary>Words that a prompt may not hold.</summary>
public sealed class PromptRule
{
    /// <summary>Id.</summary>
    public Guid Id { get; init; }

    /// <summary>Words or phrases, as typed by the administrator.</summary>
    public required string[] Words { get; init; }

    /// <summary>Shown to whoever is refused.</summary>
    public required string Reason { get; init; }

    /// <summary>For whom it holds; null: everybody but administrators.</summary>
    public string[]? Roles { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
