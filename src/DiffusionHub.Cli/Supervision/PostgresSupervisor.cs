using System.ComponentModel;
using System.Globalization;
using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Supervision;

/// <summary>Starts the embedded server again when it ends by itself.</summary>
internal sealed class PostgresSupervisor(EmbeddedPostgres postgres, Action<string> say, TimeProvider time)
{
    /// <summary>Runs until <paramref name="stop"/>, and leaves the server running.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Register(stopped.SetResult);
        var backoff = new Backoff();
        var begun = time.GetTimestamp();
        while (true)
        {
            await Task.WhenAny(postgres.Exited, stopped.Task);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            var wait = backoff.After(time.GetElapsedTime(begun));
            say(string.Format(CultureInfo.InvariantCulture, SupervisionTexts.PostgresEnded, wait.TotalSeconds));
            await Task.WhenAny(Task.Delay(wait, time, stop), stopped.Task);
            begun = time.GetTimestamp();
            await RestartAsync(stop);
        }
    }

    private async Task RestartAsync(CancellationToken stop)
    {
        try
        {
            await postgres.RestartAsync(stop);
            say(SupervisionTexts.PostgresBack);
        }
        catch (EmbeddedPostgresException error)
        {
            // A full disk, say: said each time until somebody makes room.
            say(error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Win32Exception)
        {
            // Its files or its program cannot be used for now: as above.
            say(error.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while it was starting: whoever stops us stops the server too.
        }
    }
}
