using System.Diagnostics;
using DiffusionHub.Pipelines.Catalogue;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Worker.Computing;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Models;

/// <summary>Follows the folder of models: adopts what somebody puts there, and tells of what came, changed and went.</summary>
/// <param name="folders">The catalogue.</param>
/// <param name="modelsFolder">The folder that is watched.</param>
/// <param name="shelf">Gets what was found.</param>
/// <param name="floor">Where first pictures are made, between two jobs.</param>
/// <param name="announce">Tells the others.</param>
/// <param name="logger">The log.</param>
internal sealed class ModelWatch(
    ModelFolders folders, string modelsFolder, ModelShelf shelf, Floor floor, Func<CancellationToken, Task> announce, ILogger logger)
{
    // Between two looks at a file that may still be growing.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private readonly Newcomers _newcomers = new(folders, modelsFolder);
    private string _seen = "";
    private long _told;

    /// <summary>Watches until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var signal = new FolderSignal(modelsFolder, logger);
        try
        {
            while (true)
            {
                if (await LookAsync(stopping))
                {
                    await signal.WaitAsync(ModelAnnouncer.Interval, stopping);
                }
                else
                {
                    await Task.Delay(Settling, stopping);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The worker stops.
        }
    }

    // What disturbs the one must not keep from the other: what others put there is told of although something cannot be adopted.
    private async Task<bool> LookAsync(CancellationToken stopping)
    {
        var settled = await UndisturbedAsync(() => AdoptAsync(stopping));
        return await UndisturbedAsync(() => TellAsync(stopping)) && settled;
    }

    private async Task<bool> UndisturbedAsync(Func<Task<bool>> look)
    {
        try
        {
            return await look();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ModelFolderException)
        {
            // Files come and go while they are looked at: the next look sees them as they are then.
            logger.LookDisturbed(fault.Message);
            return false;
        }
    }

    private Task<bool> AdoptAsync(CancellationToken stopping) => Task.Run(
        () =>
        {
            _newcomers.RemoveOrphans();
            var (ready, waiting) = _newcomers.Look();
            var done = true;
            foreach (var path in ready)
            {
                logger.Adopting(path);
                done &= _newcomers.Adopt(path, work => Alone(work, stopping).GetAwaiter().GetResult(), stopping);
            }

            return done && !waiting;
        },
        stopping);

    private Task<bool> Alone(Action work, CancellationToken stopping) => floor.RunAloneAsync(
        () =>
        {
            work();
            return true;
        },
        stopping).WaitAsync(stopping);

    private async Task<bool> TellAsync(CancellationToken stopping)
    {
        var signature = _newcomers.Signature();
        if (signature != _seen || Stopwatch.GetElapsedTime(_told) >= ModelAnnouncer.Interval)
        {
            shelf.Use(_newcomers.Inventory());
            await announce(stopping);
            (_seen, _told) = (signature, Stopwatch.GetTimestamp());
        }

        return true;
    }
}
