using System.Runtime.InteropServices;

namespace DiffusionHub.Worker;

/// <summary>The end of a process that cannot end in order, because a native call does not come back.</summary>
internal static partial class ProcessEnd
{
    /// <summary>Exit code: something was stuck. What BSD's sysexits.h calls an internal software error.</summary>
    public const int Stuck = 70;

    /// <summary>Exit code: the device is lost to this process. What sysexits.h calls an operating system error.</summary>
    public const int DeviceLost = 71;

    /// <summary>Ends it here and now, without the clean-up that would wait for the stuck call.</summary>
    public static void Now(int code) => Exit(code);

    [LibraryImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Exit(int code);
}
