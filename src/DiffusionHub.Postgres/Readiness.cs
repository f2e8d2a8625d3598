using System.Globalization;

namespace DiffusionHub.Postgres;

/// <summary>The port, or the folder, is still another server's.</summary>
internal sealed class FolderOrPortTakenException(string message) : Exception(message);

/// <summary>Waits until a server that was just started takes connections.</summary>
internal static class Readiness
{
    private const int StatusLine = 7;

    /// <summary>Returns when it does.</summary>
    /// <exception cref="EmbeddedPostgresException">It ended instead; the message holds its last words.</exception>
    /// <exception cref="FolderOrPortTakenException">Likewise, and another attempt may succeed.</exception>
    public static async Task WaitAsync(ServerProcess server, EmbeddedPostgresOptions options, LogTail log, CancellationToken cancellationToken)
    {
        var file = Path.Combine(options.Cluster, "postmaster.pid");
        // Recovery after a crash may take minutes: as long as the server lives, it is waited for.
        while (!server.Exited.IsCompleted)
        {
            var lines = File.Exists(file) ? await ReadLinesAsync(file, cancellationToken) : [];
            if (lines.Length > StatusLine && lines[0] == server.Id.ToString(CultureInfo.InvariantCulture) && lines[StatusLine].StartsWith("ready", StringComparison.Ordinal))
            {
                return;
            }

            await Task.WhenAny(server.Exited, Task.Delay(10, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }

        var words = log.Read();
        var failed = string.Format(CultureInfo.InvariantCulture, PostgresTexts.StartFailed, options.LogFile, "\n" + words);
        throw words switch
        {
            _ when LogTail.SpeaksOfFullDisk(words) => new EmbeddedPostgresException(string.Format(CultureInfo.InvariantCulture, PostgresTexts.DiskFull, options.DataFolder)),
            // The port, or the folder: a server of a hub killed this very moment had not yet shown up in it.
            _ when words.Contains("Address already in use", StringComparison.Ordinal) || words.Contains("\"postmaster.pid\" already exists", StringComparison.Ordinal)
                => new FolderOrPortTakenException(failed),
            _ => new EmbeddedPostgresException(failed),
        };
    }

    private static async Task<string[]> ReadLinesAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllLinesAsync(file, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            // The server that is just ending took it away.
            return [];
        }
    }
}
