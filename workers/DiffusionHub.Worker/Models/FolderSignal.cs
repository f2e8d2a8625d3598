using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Models;

/// <summary>Rings when something in a folder changes, and after a while by itself: signals may get lost, and some file systems give none.</summary>
internal sealed class FolderSignal : IDisposable
{
    private readonly SemaphoreSlim _ring = new(0, 1);
    private readonly FileSystemWatcher? _watcher;

    public FolderSignal(string folder, ILogger logger)
    {
        try
        {
            Directory.CreateDirectory(folder);
            _watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            _watcher.Created += (_, change) => Ring(change.Name);
            _watcher.Changed += (_, change) => Ring(change.Name);
            _watcher.Deleted += (_, change) => Ring(change.Name);
            _watcher.Renamed += (_, change) => Ring(change.Name);
            _watcher.Error += (_, _) => Ring("");
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            logger.NoFolderSignal(folder, fault.Message);
            _watcher?.Dispose();
            _watcher = null;
        }
    }

    /// <summary>Waits until something changed, for at most <paramref name="longest"/>.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _ring.WaitAsync(longest, cancellationToken);

    public void Dispose()
    {
        _watcher?.Dispose();
        _ring.Dispose();
    }

    // Hidden names are the hub's own: what is being put together, and what it remembers.
    private void Ring(string? name)
    {
        if (name?.StartsWith('.') != true && _ring.CurrentCount == 0)
        {
            try
            {
                _ring.Release();
            }
            catch (Exception race) when (race is SemaphoreFullException or ObjectDisposedException)
            {
                // Another change rang at the same moment, or the worker has stopped.
            }
        }
    }
}
