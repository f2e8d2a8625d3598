using System.Collections;
using System.Runtime.InteropServices;

namespace DiffusionHub.Cli.Shell;

/// <summary>The few system calls that .NET has no method for.</summary>
internal static partial class NativeCalls
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>kill(2). False when the process is gone.</summary>
    public static bool Signal(int process, int signal) => kill(process, signal) == 0;

    /// <summary>execve(2): this process becomes that program, with these variables over its own. Returns only when that failed.</summary>
    /// <returns>Why it failed.</returns>
    public static string Become(string[] command, IReadOnlyDictionary<string, string> variables)
    {
        var all = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            all[name] = value;
        }

        _ = execve(command[0], [.. command, null], [.. all.Select(variable => $"{variable.Key}={variable.Value}"), null]);
        return Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
    }

    /// <summary>signal(2) with SIG_DFL: takes back that whoever started this process had it ignore the signal.</summary>
    public static void StopIgnoring(int signal) => SetHandler(signal, 0);

    /// <summary>raise(3) of SIGSTOP: freezes this process before this thread does anything else, until it gets SIGCONT.</summary>
    /// <remarks>kill(2) to oneself may stop another thread first, while this one goes on for a moment.</remarks>
    public static void Freeze() => _ = raise(Stop);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc")]
    private static partial int raise(int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execve(string path, string?[] arguments, string?[] environment);
}
