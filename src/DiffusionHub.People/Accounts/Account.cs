using DiffusionHub.People.Quotas;
using Microsoft.AspNetCore.Identity;

namespace DiffusionHub.People.Accounts;

/// <summary>Whoever can sign in. Its id is that of the <see cref="Domain.People.User"/> behind it; its user name is its e-mail address.</summary>
public sealed class Account : IdentityUser<Guid>
{
    /// <summary>One of <see cref="Roles.RoleNames"/>.</summary>
    public required string Role { get; set; }

    /// <summary>When an administrator disabled it; null: it may sign in.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>When it was last used.</summary>
    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>Lockouts since the last success: each is longer than the one before.</summary>
    public int Lockouts { get; set; }

    /// <summary>Waiting jobs over the role's; null: the role's.</summary>
    public int? WaitingJobs { get; set; }

    /// <summary>Running jobs, likewise.</summary>
    public int? RunningJobs { get; set; }

    /// <summary>Pictures a day (UTC), likewise.</summary>
    public int? PicturesADay { get; set; }

    /// <summary>Device seconds a day (UTC), likewise.</summary>
    public int? DeviceSecondsADay { get; set; }

    /// <summary>Bytes of pictures in the gallery, likewise.</summary>
    public long? StorageBytes { get; set; }

    /// <summary>What this account has of its own, over the role's.</summary>
    public Quota Quota => new(WaitingJobs, RunningJobs, PicturesADay, DeviceSecondsADay, StorageBytes);
}
