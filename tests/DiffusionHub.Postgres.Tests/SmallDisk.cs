using System.Diagnostics;

namespace DiffusionHub.Postgres.Tests;

/// <summary>A disk in memory of a given size, mounted on a folder.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    public static SmallDisk? TryMount(string folder, string size) =>
        Environment.IsPrivilegedProcess && Mount("-t", "tmpfs", "-o", $"size={size},mode=755", "tmpfs", folder) ? new SmallDisk(folder) : null;

    public void Resize(string size) => Mount("-o", $"remount,size={size}", folder).ShouldBeTrue();

    public void Dispose()
    {
        using var unmount = Process.Start("umount", ["--lazy", folder]);
        unmount.WaitForExit();
    }

    private static bool Mount(params string[] arguments)
    {
        using var mount = Process.Start(new ProcessStartInfo("mount", arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        mount.WaitForExit();
        return mount.ExitCode == 0;
    }
}
