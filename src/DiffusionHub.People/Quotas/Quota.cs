namespace DiffusionHub.People.Quotas;

/// <summary>How much of the hub somebody may use. A null is no limit in a role, and “as the role” in an account.</summary>
/// <param name="WaitingJobs">Jobs that wait or run.</param>
/// <param name="RunningJobs">Jobs that run.</param>
/// <param name="PicturesADay">Pictures made or asked for since midnight UTC.</param>
/// <param name="DeviceSecondsADay">Seconds on a device since midnight UTC.</param>
/// <param name="StorageBytes">Bytes of pictures in the gallery.</param>
public sealed record Quota(int? WaitingJobs, int? RunningJobs, int? PicturesADay, int? DeviceSecondsADay, long? StorageBytes)
{
    /// <summary>This account's quota, with the role's where it has none of its own.</summary>
    public Quota Over(Quota role) => new(
        WaitingJobs ?? role.WaitingJobs, RunningJobs ?? role.RunningJobs, PicturesADay ?? role.PicturesADay,
        DeviceSecondsADay ?? role.DeviceSecondsADay, StorageBytes ?? role.StorageBytes);
}
