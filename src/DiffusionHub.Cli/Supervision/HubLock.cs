using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Supervision;

/// <summary>One hub a data folder. The operating system gives the lock free however the hub ends.</summary>
internal static class HubLock
{
    /// <summary>The lock, or null when a hub runs on this folder.</summary>
    public static FolderLock? TryTake(string dataFolder) => FolderLock.TryTake(Path.Combine(dataFolder, "hub.lock"));

    /// <summary>Whether a hub runs on this folder at this moment.</summary>
    public static bool IsTaken(string dataFolder)
    {
        if (!File.Exists(Path.Combine(dataFolder, "hub.lock")))
        {
            return false;
        }

        using var free = TryTake(dataFolder);
        return free is null;
    }
}
