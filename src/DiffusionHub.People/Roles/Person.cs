using DiffusionHub.People.Quotas;

namespace DiffusionHub.People.Roles;

/// <summary>Somebody as the hub knows them now: who, and what they may do.</summary>
/// <param name="Id">The person.</param>
/// <param name="Name">Name to show to others.</param>
/// <param name="Email">Address; for the person and administrators only. Null on a hub without accounts.</param>
/// <param name="Role">One of <see cref="RoleNames"/>; empty: nobody.</param>
/// <param name="Rights">What the role allows.</param>
/// <param name="Quota">How much, with the person's own over the role's.</param>
public sealed record Person(Guid Id, string Name, string? Email, string Role, Rights Rights, Quota Quota)
{
    /// <summary>Who is not signed in.</summary>
    public static Person Nobody { get; } = new(Guid.Empty, "", null, "", Rights.None, new Quota(0, 0, 0, 0, 0));

    /// <summary>The one person of a hub without accounts.</summary>
    public static Person Local { get; } = new(Domain.People.User.LocalId, "Local user", null, RoleNames.Admin, Rights.All, new Quota(null, null, null, null, null));

    /// <summary>Whether this person may do what <paramref name="role"/> may.</summary>
    public bool Is(string role) => RoleNames.Includes(Role, role);
}

/// <summary>What a role may do.</summary>
/// <param name="MayGenerate">Make pictures.</param>
/// <param name="MayPublish">Share them with everybody.</param>
/// <param name="Lanes">The lanes it may use; null: all.</param>
/// <param name="MostPixels">Most pixels of one picture; null: what the model allows.</param>
/// <param name="MostSteps">Most steps of one picture; null: what the model allows.</param>
public sealed record Rights(bool MayGenerate, bool MayPublish, IReadOnlyList<string>? Lanes, int? MostPixels, int? MostSteps)
{
    /// <summary>Everything.</summary>
    public static Rights All { get; } = new(true, true, null, null, null);

    /// <summary>Nothing.</summary>
    public static Rights None { get; } = new(false, false, [], 0, 0);
}
