using System.Runtime.InteropServices;

namespace DiffusionHub.Postgres;

/// <summary>The few system calls that .NET has no method for.</summary>
internal static partial class NativeCalls
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;

    /// <summary>kill(2). False when the process is gone or belongs to someone else.</summary>
    public static bool Signal(int process, int signal) => kill(process, signal) == 0;

    /// <summary>chown(2) of one file or folder.</summary>
    /// <exception cref="IOException">The owner could not be changed.</exception>
    public static void ChangeOwner(string path, uint user, uint group)
    {
        if (chown(path, user, group) != 0)
        {
            throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint user, uint group);
}
