using System.Diagnostics;
using DiffusionHub.Pipelines;
using DiffusionHub.Worker.Computing;
using DiffusionHub.Worker.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Models;

/// <summary>
/// The models in memory. Several stay as long as the process keeps within its budget, by what it was measured to take; the one that was used longest ago
/// goes first, and none that is in use. They are loaded on threads of their own, beside what computes.
/// </summary>
/// <param name="budget">Bytes that the process may take.</param>
/// <param name="load">Loads a model.</param>
/// <param name="memory">Bytes that the process takes now.</param>
/// <param name="state">Told what is in memory.</param>
/// <param name="meter">Counts loads and evictions.</param>
/// <param name="logger">The log.</param>
internal sealed class Residency(long budget, Func<ShelvedModel, IPipeline> load, Func<long> memory, WorkerState state, WorkerMeter meter, ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Resident> _models = [];
    private readonly Dictionary<string, long> _measured = new(StringComparer.Ordinal);

    // One at a time: what a model takes is the difference that its loading makes.
    private readonly SemaphoreSlim _loading = new(1);
    private readonly WakeUp _released = new();
    private long _uses;

    /// <summary>Gives a model to a job until the lease is disposed; loads it where it is not in memory as its files are now.</summary>
    /// <exception cref="Pipelines.Folders.ModelFolderException">Its files cannot be used.</exception>
    /// <exception cref="Inference.InferenceException">A graph cannot be loaded.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; where it was being loaded, it still is.</exception>
    public async Task<ModelLease> AcquireAsync(ShelvedModel model, CancellationToken cancellation)
    {
        var (resident, isNew) = Use(model);
        var lease = new ModelLease(this, resident);
        try
        {
            if (isNew)
            {
                _ = LoadAsync(resident);
            }

            await resident.Loaded.Task.WaitAsync(cancellation);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of every model that nobody uses.</summary>
    /// <returns>Whether there was one.</returns>
    public bool EvictIdle()
    {
        var any = false;
        while (EvictOldest())
        {
            any = true;
        }

        return any;
    }

    /// <summary>Lets go of what nobody uses; a model that still computes goes down with the process.</summary>
    public void Dispose()
    {
        EvictIdle();
        _loading.Dispose();
        _released.Dispose();
    }

    private (Resident Resident, bool IsNew) Use(ShelvedModel model)
    {
        lock (_lock)
        {
            var known = _models.Find(r => r.Model.Name == model.Name && !r.IsStale);
            if (known is not null && known.Model.Stamp != model.Stamp)
            {
                known.IsStale = true;
                known = null;
            }

            var resident = known ?? new Resident(model);
            if (known is null)
            {
                _models.Add(resident);
            }

            resident.Users++;
            resident.LastUse = ++_uses;
            return (resident, known is null);
        }
    }

    private void Release(Resident resident)
    {
        lock (_lock)
        {
            resident.Users--;
        }

        DropStale();
        _released.Set();
    }

    private async Task LoadAsync(Resident resident)
    {
        var name = resident.Model.Name;
        await _loading.WaitAsync();
        try
        {
            DropStale();
            await MakeRoomAsync(resident);
            var started = Stopwatch.GetTimestamp();
            var before = memory();
            var pipeline = await ComputeThread.RunAsync(() => load(resident.Model));
            lock (_lock)
            {
                _measured[name] = Math.Max(0, memory() - before);
            }

            resident.Loaded.SetResult(pipeline);
            meter.Loaded(name);
            logger.ModelLoaded(name, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            Tell();
        }
        catch (Exception fault)
        {
            // It belongs to those who wait for the model.
            lock (_lock)
            {
                _models.Remove(resident);
            }

            resident.Loaded.SetException(fault);
        }
        finally
        {
            _loading.Release();
        }
    }

    // Nothing goes that is in use: where only such models are left, it waits for them, and where none is left, it tries its luck.
    private async Task MakeRoomAsync(Resident resident)
    {
        while (memory() + Expected(resident.Model) > budget)
        {
            if (EvictOldest())
            {
                continue;
            }

            if (!IsAnyInUse())
            {
                return;
            }

            await _released.WaitAsync(CancellationToken.None);
        }
    }

    private long Expected(ShelvedModel model)
    {
        lock (_lock)
        {
            return _measured.GetValueOrDefault(model.Name, model.Capabilities.MemoryBytes);
        }
    }

    private bool IsAnyInUse()
    {
        lock (_lock)
        {
            return _models.Exists(r => r.Users > 0 && r.Loaded.Task.IsCompletedSuccessfully);
        }
    }

    private bool EvictOldest()
    {
        Resident? oldest;
        lock (_lock)
        {
            oldest = _models.Where(r => r.IsIdle).MinBy(r => r.LastUse);
        }

        return oldest is not null && Evict(oldest);
    }

    private void DropStale()
    {
        Resident[] stale;
        lock (_lock)
        {
            stale = [.. _models.Where(r => r.IsStale && r.IsIdle)];
        }

        Array.ForEach(stale, r => Evict(r));
    }

    private bool Evict(Resident resident)
    {
        lock (_lock)
        {
            if (!resident.IsIdle || !_models.Remove(resident))
            {
                return false;
            }
        }

        resident.Loaded.Task.Result.Dispose();
        meter.Evicted(resident.Model.Name);
        logger.ModelEvicted(resident.Model.Name);
        Tell();
        return true;
    }

    private void Tell()
    {
        lock (_lock)
        {
            state.Resident = [.. _models.Where(r => r.Loaded.Task.IsCompletedSuccessfully && !r.IsStale).Select(r => r.Model.Name)];
        }
    }

    /// <summary>A job's use of a loaded model.</summary>
    internal sealed class ModelLease(Residency residency, Resident resident) : IDisposable
    {
        private int _released;

        public IPipeline Pipeline => resident.Loaded.Task.Result;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                residency.Release(resident);
            }
        }
    }
}
