namespace DiffusionHub.Queue;

/// <summary>How a lane is served; null leaves a value as it is.</summary>
/// <param name="Paused">Claims never look at it; what runs goes on.</param>
/// <param name="Draining">It takes no new jobs and serves those it has.</param>
/// <param name="MaxWait">After this long without a claim from it, its head goes before better lanes; zero: never.</param>
/// <param name="Patience">How long a head waits for a worker that has its model in memory.</param>
public sealed record LaneChange(bool? Paused = null, bool? Draining = null, TimeSpan? MaxWait = null, TimeSpan? Patience = null);

/// <summary>How a lane is served.</summary>
/// <param name="Lane">Its name.</param>
/// <param name="Paused">Claims never look at it.</param>
/// <param name="Draining">It takes no new jobs.</param>
/// <param name="MaxWait">As in <see cref="LaneChange"/>; null: better lanes always go first.</param>
/// <param name="Patience">As in <see cref="LaneChange"/>.</param>
public sealed record LaneSettings(string Lane, bool Paused, bool Draining, TimeSpan? MaxWait, TimeSpan Patience);

/// <summary>The limits of the whole queue.</summary>
/// <param name="QueuedPerOwner">Live jobs of one person, unless a <see cref="Share"/> says otherwise.</param>
/// <param name="QueuedInAll">Live jobs of everybody.</param>
/// <param name="RefuseUnrunnable">A job is refused whose model no known worker has.</param>
public sealed record QueueLimits(int QueuedPerOwner, int QueuedInAll, bool RefuseUnrunnable);

/// <summary>What a person is granted.</summary>
/// <param name="Weight">Share of the devices against others; see <see cref="SettingRange.Weight"/>.</param>
/// <param name="RunningLimit">Jobs that may run at once; null: any number.</param>
/// <param name="QueuedLimit">Live jobs at once; null: the queue's limit.</param>
public sealed record Share(double Weight = 1, int? RunningLimit = null, int? QueuedLimit = null)
{
    /// <summary>What everybody has to whom nothing else was granted.</summary>
    public static readonly Share Usual = new();
}

/// <summary>A person's grant, and what came of it lately.</summary>
/// <param name="OwnerId">The person.</param>
/// <param name="Share">What is granted.</param>
/// <param name="Live">Live jobs; those that ended within the last second may still be among them.</param>
/// <param name="Running">Jobs in work.</param>
/// <param name="Jobs">Jobs that ended lately.</param>
/// <param name="DeviceMilliseconds">What these took on the devices.</param>
/// <param name="Served">Its part of all device time lately, 0 to 1; null: nobody had any.</param>
/// <param name="Due">The person's weight against those of all who had device time lately, 0 to 1; null: the person had none.</param>
public sealed record PersonShare(
    Guid OwnerId, Share Share, long Live, long Running, long Jobs, double DeviceMilliseconds, double? Served, double? Due);
