namespace DiffusionHub.People.Rules;

/// <summary>A complaint about a shared picture.</summary>
public sealed class Report
{
    /// <summary>Id.</summary>
    public Guid Id { get; init; }

    /// <summary>The picture.</summary>
    public Guid PictureId { get; init; }

    /// <summary>Who complained; null: the account is gone.</summary>
    public Guid? ReporterId { get; init; }

    /// <summary>What is wrong with it, in the reporter's words.</summary>
    public required string Reason { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a moderator decided; null: open.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>Who decided.</summary>
    public Guid? ClosedBy { get; set; }
}
