using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace DiffusionHub.Queue.Bench;

/// <summary>What the database server did between two readings.</summary>
/// <param name="Commits">Transactions of this database: the queue's statements, and those in which listening sessions hear notifications.</param>
/// <param name="CpuSeconds">Processor time of all the server's processes; null where the server is not on this machine.</param>
internal sealed record ServerLoad(long Commits, double? CpuSeconds)
{
    private const string Counters = "SELECT xact_commit, pg_backend_pid() FROM pg_stat_database WHERE datname = current_database()";
    private const string Others = "SELECT count(*) FROM pg_stat_activity WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()";
    private const double TicksPerSecond = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Reads the counters. The number of commits is right only after <see cref="SettleAsync"/>.</summary>
    public static async Task<ServerLoad> ReadAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Counters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new ServerLoad(reader.GetInt64(0), CpuOf(reader.GetInt32(1)));
    }

    /// <summary>Ends the pool's sessions: a session reports what it counted when it ends, or up to ten seconds late.</summary>
    public static async Task SettleAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        dataSource.Clear();
        var started = Stopwatch.GetTimestamp();
        await using var command = dataSource.CreateCommand(Others);
        while ((long)(await command.ExecuteScalarAsync(cancellationToken))! > 0 && Stopwatch.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(20, cancellationToken);
        }
    }

    public static ServerLoad operator -(ServerLoad after, ServerLoad before) => new(after.Commits - before.Commits, after.CpuSeconds - before.CpuSeconds);

    // Of all processes with this session's parent, living and gone.
    private static double? CpuOf(int session)
    {
        if (Fields(session) is not ["S" or "R", var parent, ..] || Fields(int.Parse(parent, CultureInfo.InvariantCulture)) is not { } postmaster)
        {
            return null;
        }

        var children = Process.GetProcesses().Select(p => Fields(p.Id)).Where(f => f is not null && f[1] == parent);
        return (Ticks(postmaster, 11, 15) + children.Sum(f => Ticks(f!, 11, 13))) / TicksPerSecond;
    }

    // /proc/PID/stat after the name, which may hold spaces: state, parent, …, utime, stime, cutime, cstime as the fields 11 to 14.
    private static string[]? Fields(int process)
    {
        var file = $"/proc/{process}/stat";
        try
        {
            return File.Exists(file) && File.ReadAllText(file) is var text && text.LastIndexOf(')') is var end and > 0 ? text[(end + 2)..].Split(' ') : null;
        }
        catch (IOException)
        {
            // It went while it was looked at.
            return null;
        }
    }

    private static double Ticks(string[] fields, int from, int to) => fields[from..to].Sum(f => double.Parse(f, CultureInfo.InvariantCulture));
}
