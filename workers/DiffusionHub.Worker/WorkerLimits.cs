using DiffusionHub.Data.Settings;
using DiffusionHub.Inference;

namespace DiffusionHub.Worker;

/// <summary>How much a worker takes on, where the settings leave it open.</summary>
internal static class WorkerLimits
{
    // A GPU's units are idle for most of a small picture's time.
    private const int GpuBatch = 8;

    // Measured (docs/performance.md): a CPU's cores are busy with one picture, and a second one only makes both wait.
    private const int CpuBatch = 1;
    private const double PartOfMemory = 0.6;

    /// <summary>Most jobs at the same time.</summary>
    public static int Batch(HubSettings settings) => settings.WorkerBatch > 0 ? settings.WorkerBatch : InferenceRuntime.Device.IsGpu ? GpuBatch : CpuBatch;

    /// <summary>Bytes that the process may take with its models.</summary>
    public static long MemoryBytes(HubSettings settings) => settings.WorkerMemoryMiB > 0
        ? settings.WorkerMemoryMiB * 1048576L
        : (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * PartOfMemory / (settings.Workers ?? 1));
}
