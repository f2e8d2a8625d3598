using System.ComponentModel;
using System.Globalization;
using DiffusionHub.Data.Settings;

namespace DiffusionHub.Cli.Supervision;

/// <summary>What to keep running.</summary>
/// <param name="Name">As the terminal and the log call it, e.g. <c>worker-1</c>.</param>
/// <param name="Command">Program and arguments.</param>
/// <param name="Variables">Environment variables over this process's own.</param>
/// <param name="Patience">How long an orderly end may take.</param>
internal sealed record ChildPlan(string Name, string[] Command, IReadOnlyDictionary<string, string> Variables, TimeSpan Patience);

/// <summary>Keeps one child process running until told to stop.</summary>
/// <param name="plan">The child.</param>
/// <param name="logFolder">Gets <c>NAME.log</c>.</param>
/// <param name="say">Gets the lines that matter to whoever watches the terminal.</param>
/// <param name="started">Called with the name and process number of each start.</param>
/// <param name="time">Measures the waits.</param>
internal sealed class Supervisor(ChildPlan plan, string logFolder, Action<string> say, Action<string, int> started, TimeProvider time)
{
    // How .NET's console logger begins a line that needs attention, and how the runtime begins its last words.
    private static readonly string[] Important = ["warn:", "fail:", "crit:", "Unhandled exception", "hub:"];

    // A stack trace in one line would flood the terminal; the log has it whole.
    private const int Longest = 300;

    /// <summary>Runs until <paramref name="stop"/>; then the child has ended too.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var log = new RotatingLog(Path.Combine(logFolder, plan.Name + ".log"), time);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Register(stopped.SetResult);
        var backoff = new Backoff();
        var earlier = "";
        while (!stop.IsCancellationRequested)
        {
            var begun = time.GetTimestamp();
            using var child = TryStart(log, earlier, out var fault);
            if (child is not null)
            {
                started(plan.Name, child.Id);
                await Task.WhenAny(child.Exited, stopped.Task);
                if (stop.IsCancellationRequested)
                {
                    await child.StopAsync(plan.Patience);
                    return;
                }
            }

            var wait = backoff.After(time.GetElapsedTime(begun));
            earlier = child is null ? earlier : child.ExitCode.ToString(CultureInfo.InvariantCulture);
            Tell(child, fault, wait, log);
            await Task.WhenAny(Task.Delay(wait, time, stop), stopped.Task);
        }
    }

    // No memory, no process number, no pipe left: it counts as an end like any other, and better times may come.
    private ChildProcess? TryStart(RotatingLog log, string earlier, out string fault)
    {
        try
        {
            fault = "";
            return ChildProcess.Start(plan.Command, Variables(earlier), line => Said(line, log));
        }
        catch (Exception error) when (error is Win32Exception or IOException or UnauthorizedAccessException)
        {
            fault = error.Message;
            return null;
        }
    }

    // Who was started again says so where people look.
    private Dictionary<string, string> Variables(string earlier) => new(plan.Variables, StringComparer.Ordinal) { [Supervised.EarlierEnd] = earlier };

    private void Tell(ChildProcess? child, string fault, TimeSpan wait, RotatingLog log)
    {
        if (child is null)
        {
            say(string.Format(CultureInfo.InvariantCulture, SupervisionTexts.StartFailed, plan.Name, fault, wait.TotalSeconds));
            log.Write(fault);
        }
        else
        {
            say(string.Format(CultureInfo.InvariantCulture, SupervisionTexts.Ended, plan.Name, child.ExitCode, wait.TotalSeconds, log.Path));
            log.Write(string.Format(CultureInfo.InvariantCulture, SupervisionTexts.EndedLog, child.ExitCode));
        }
    }

    private void Said(string line, RotatingLog log)
    {
        log.Write(line);
        if (Important.Any(start => line.StartsWith(start, StringComparison.Ordinal)))
        {
            say($"{plan.Name}: {(line.Length > Longest ? line[..Longest] + "…" : line)}");
        }
    }
}
