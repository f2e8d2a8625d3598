namespace DiffusionHub.Domain.People;

/// <summary>A person who makes pictures. On a hub without accounts there is one: <see cref="LocalId"/>.</summary>
public sealed class User
{
    /// <summary>The one person of a hub without accounts; the first migration inserts this row.</summary>
    public static readonly Guid LocalId = new("00000000-0000-7000-8000-000000000001");

    /// <summary>Id.</summary>
    public Guid Id { get; init; }

    /// <summary>Name to show.</summary>
    public required string Name { get; set; }

    /// <summary>When the row was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
