using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference.Devices.Binding;

/// <summary>What a single run is told.</summary>
internal static class RunSettings
{
    /// <param name="device">Where it runs.</param>
    /// <param name="recording">Its number (<see cref="Recordings"/>); null where the session records none.</param>
    /// <param name="release">Whether the arena gives memory back after it that nothing holds.</param>
    public static Dictionary<string, string> Entries(Device device, int? recording, bool release)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        if (recording is { } number)
        {
            entries["gpu_graph_id"] = number.ToString(CultureInfo.InvariantCulture);
        }

        // A recording holds addresses of the arena that nothing seems to hold; the processor's arena is not one graph's to shrink.
        if (release && recording is null && (device.Kind is DeviceKind.Cuda or DeviceKind.TensorRt))
        {
            entries["memory.enable_memory_arena_shrinkage"] = string.Create(CultureInfo.InvariantCulture, $"gpu:{device.Number}");
        }

        return entries;
    }

    public static RunOptions Options(Device device, int? recording, bool release)
    {
        var options = new RunOptions();
        foreach (var (key, value) in Entries(device, recording, release))
        {
            options.AddRunConfigEntry(key, value);
        }

        return options;
    }
}
