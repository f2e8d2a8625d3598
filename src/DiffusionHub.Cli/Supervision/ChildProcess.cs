using System.ComponentModel;
using System.Diagnostics;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Data.Settings;

namespace DiffusionHub.Cli.Supervision;

/// <summary>
/// A program that ends with this process. It reads a pipe as its standard input: when the pipe ends, for whatever reason, so does it
/// (<see cref="Supervised"/>). Its session is its own, so that a Ctrl+C on the terminal reaches only this process, which then decides.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process process;

    private ChildProcess(Process process) => this.process = process;

    /// <summary>Its number.</summary>
    public int Id => process.Id;

    /// <summary>Completes when it has ended and everything it said was taken.</summary>
    public Task Exited { get; private init; } = Task.CompletedTask;

    /// <summary>Its exit code; 128 + the signal that killed it.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>Starts a command.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="variables">Environment variables over this process's own.</param>
    /// <param name="said">Gets each line it writes.</param>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    /// <exception cref="IOException">Likewise: no memory, no process or no pipe is left.</exception>
    public static ChildProcess Start(string[] command, IReadOnlyDictionary<string, string> variables, Action<string> said)
    {
        var start = new ProcessStartInfo("setsid", command) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        start.Environment[Supervised.Variable] = "1";
        // One line an entry, so that the important ones can be picked out.
        start.Environment["Logging__Console__FormatterName"] = "simple";
        start.Environment["Logging__Console__FormatterOptions__SingleLine"] = "true";
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += Said;
        process.ErrorDataReceived += Said;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process) { Exited = process.WaitForExitAsync() };

        void Said(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is { Length: > 0 } text)
            {
                said(text);
            }
        }
    }

    /// <summary>Asks it to end (SIGTERM), and ends it when it has not within <paramref name="patience"/>.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        if (!Exited.IsCompleted)
        {
            NativeCalls.Signal(Id, NativeCalls.Terminate);
            await Task.WhenAny(Exited, Task.Delay(patience));
        }

        if (!Exited.IsCompleted)
        {
            process.Kill(entireProcessTree: true);
        }

        await Exited;
    }

    public void Dispose() => process.Dispose();
}
