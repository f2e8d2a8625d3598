using System.Diagnostics;
using System.Globalization;

namespace DiffusionHub.Postgres;

/// <summary>One running server.</summary>
internal sealed class ServerProcess
{
    private readonly TaskCompletionSource<Process> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(ProcessStartInfo start)
    {
        // The server is told to end when the thread that started it ends (PR_SET_PDEATHSIG knows threads, not processes). So this
        // thread does nothing else than wait for it, and lives exactly as long as the server or the hub.
        var thread = new Thread(() => Run(start), maxStackSize: 256 * 1024) { IsBackground = true, Name = "PostgreSQL" };
        thread.Start();
    }

    /// <summary>Completes when the server has ended, for whatever reason.</summary>
    public Task Exited => exited.Task;

    /// <summary>The postmaster's number.</summary>
    public int Id { get; private set; }

    /// <summary>Starts the server; it is not yet ready when this returns.</summary>
    public static async Task<ServerProcess> StartAsync(EmbeddedPostgresOptions options, ServerUser user, Binaries binaries, int port)
    {
        RotateLog(options.LogFile);
        // The shell opens the log while it still is the hub's user, and is replaced by the server, which keeps its process number.
        var start = Programs.Start(
            "sh",
            ["-c", "exec \"$@\" </dev/null >>\"$0\" 2>&1", options.LogFile, .. user.Prefix("INT"), binaries.Postgres, "-D", options.Cluster, .. ServerSettings.For(options, port)]);
        var server = new ServerProcess(start);
        server.Id = (await server.started.Task).Id;
        return server;
    }

    /// <summary>Fast shutdown: open transactions are rolled back, everything is written. When that takes too long: at once.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        foreach (var (signal, wait) in new[] { (NativeCalls.Interrupt, patience), (NativeCalls.Quit, TimeSpan.FromSeconds(10)), (NativeCalls.Kill, TimeSpan.FromSeconds(10)) })
        {
            if (Exited.IsCompleted)
            {
                return;
            }

            NativeCalls.Signal(Id, signal);
            await Task.WhenAny(Exited, Task.Delay(wait));
        }
    }

    private void Run(ProcessStartInfo start)
    {
        try
        {
            using var process = Process.Start(start)!;
            started.SetResult(process);
            process.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            started.TrySetException(error);
        }
        finally
        {
            exited.SetResult();
        }
    }

    private static void RotateLog(string file)
    {
        const long megabytes = 10;
        if (File.Exists(file) && new FileInfo(file).Length > megabytes * 1024 * 1024)
        {
            File.Move(file, string.Create(CultureInfo.InvariantCulture, $"{file}.1"), overwrite: true);
        }
    }
}
