using DiffusionHub.People.Quotas;

namespace DiffusionHub.People.Roles;

/// <summary>The four roles, lowest first. Each may do what the ones before it may.</summary>
public static class RoleNames
{
    private static readonly string[] Names = ["viewer", "member", "moderator", "admin"];

    /// <summary>Looks at shared pictures.</summary>
    public const string Viewer = "viewer";

    /// <summary>Makes pictures.</summary>
    public const string Member = "member";

    /// <summary>Also decides what stays shared, and sees the queue.</summary>
    public const string Moderator = "moderator";

    /// <summary>Also manages people, models, workers and settings.</summary>
    public const string Admin = "admin";

    /// <summary>All of them, lowest first.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>Place in <see cref="All"/>; −1: no role.</summary>
    public static int Rank(string name) => Array.IndexOf(Names, name);

    /// <summary>Whether whoever has <paramref name="role"/> may do what <paramref name="needed"/> may.</summary>
    public static bool Includes(string role, string needed) => Rank(role) >= Rank(needed);
}

/// <summary>What a role may do, and how much.</summary>
public sealed class Role
{
    /// <summary>One of <see cref="RoleNames"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Its order; a higher one includes the lower ones.</summary>
    public short Rank { get; init; }

    /// <summary>Whether it may make pictures.</summary>
    public bool MayGenerate { get; set; }

    /// <summary>Whether it may share them with everybody.</summary>
    public bool MayPublish { get; set; }

    /// <summary>The lanes it may use; null: all.</summary>
    public string[]? Lanes { get; set; }

    /// <summary>Most pixels of one picture; null: what the model allows.</summary>
    public int? MostPixels { get; set; }

    /// <summary>Most steps of one picture; null: what the model allows.</summary>
    public int? MostSteps { get; set; }

    /// <summary>Jobs that wait or run; null: no limit.</summary>
    public int? WaitingJobs { get; set; }

    /// <summary>Jobs that run; null: no limit.</summary>
    public int? RunningJobs { get; set; }

    /// <summary>Pictures a day; null: no limit.</summary>
    public int? PicturesADay { get; set; }

    /// <summary>Device seconds a day; null: no limit.</summary>
    public int? DeviceSecondsADay { get; set; }

    /// <summary>Bytes of pictures in the gallery; null: no limit.</summary>
    public long? StorageBytes { get; set; }

    /// <summary>Its quota.</summary>
    public Quota Quota => new(WaitingJobs, RunningJobs, PicturesADay, DeviceSecondsADay, StorageBytes);
}
