namespace DiffusionHub.Postgres.Tests;

/// <summary>A folder that everyone can enter (the server's own user too) and that goes with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        Directory.CreateDirectory(Path);
        File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
    }

    public string Path { get; } = System.IO.Path.Combine("/tmp", "hub-postgres-" + Guid.NewGuid().ToString("n")[..8]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
