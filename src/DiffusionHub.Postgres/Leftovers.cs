using System.Globalization;

namespace DiffusionHub.Postgres;

/// <summary>
/// Ends what an earlier, killed hub left running on a cluster, so that the cluster can be started afresh. Called under the folder's
/// lock: whatever still uses the cluster has no hub any more.
/// </summary>
internal static class Leftovers
{
    /// <summary>Ends every server process of <paramref name="cluster"/> and removes a pid file that nobody stands behind.</summary>
    /// <exception cref="EmbeddedPostgresException">A process of the cluster does not end.</exception>
    public static async Task EndAsync(string cluster, CancellationToken cancellationToken)
    {
        var file = Path.Combine(cluster, "postmaster.pid");
        // Politely first (fast shutdown writes a checkpoint), then at once (the next start recovers), then whatever it takes.
        foreach (var (signal, patience) in new[] { (NativeCalls.Interrupt, 30), (NativeCalls.Quit, 10), (NativeCalls.Kill, 10) })
        {
            var postmaster = ReadPid(file);
            var running = Running(cluster);
            foreach (var process in signal == NativeCalls.Interrupt && postmaster is { } one && running.Contains(one) ? [one] : running)
            {
                NativeCalls.Signal(process, signal);
            }

            if (await EndedAsync(cluster, TimeSpan.FromSeconds(patience), cancellationToken))
            {
                // PostgreSQL itself trusts this file whenever a process of that number lives, whatever program it is by now.
                if (File.Exists(file))
                {
                    File.Delete(file);
                }

                return;
            }
        }

        throw new EmbeddedPostgresException(string.Format(CultureInfo.InvariantCulture, PostgresTexts.StillRunning, Running(cluster)[0], cluster));
    }

    /// <summary>The first line of a <c>postmaster.pid</c>; null when there is none.</summary>
    public static int? ReadPid(string file) =>
        File.Exists(file) && int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var process) ? process : null;

    private static async Task<bool> EndedAsync(string cluster, TimeSpan patience, CancellationToken cancellationToken)
    {
        var end = TimeProvider.System.GetTimestamp() + (long)(patience.TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (Running(cluster).Count > 0)
        {
            if (TimeProvider.System.GetTimestamp() > end)
            {
                return false;
            }

            await Task.Delay(20, cancellationToken);
        }

        return true;
    }

    /// <summary>Every PostgreSQL process works in its cluster's folder, which is how it is told from a program that merely has its number.</summary>
    private static List<int> Running(string cluster)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process)
                && LinkTarget(Path.Combine(folder, "cwd")) == cluster
                && LinkTarget(Path.Combine(folder, "exe")) is { } program
                // " (deleted)" follows when the binaries were replaced meanwhile.
                && Path.GetFileName(program.Split(' ')[0]) == "postgres")
            {
                found.Add(process);
            }
        }

        return found;
    }

    private static string? LinkTarget(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or another user's: not ours then.
            return null;
        }
    }
}
